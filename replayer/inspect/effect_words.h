/// What a call wrote or was given, in words, where its bytes are a structure that everybody knows.
#pragma once

#include <cstdint>
#include <string>

#include "replayer/trace/event_view.h"

namespace weft::inspect {

/// "{1700000000, 123456}", "[{EPOLLIN, 7}]", "127.0.0.1:6379". Empty if it is nothing but bytes.
std::string effect_words(const trace::EventView& event, const trace::EffectView& effect);

}  // namespace weft::inspect
