/// Which protocol a connection speaks, and the decoder for it.
#pragma once

#include <memory>
#include <string_view>

#include "debugger/protocol/decoder.h"

namespace weft::protocol {

/// `sink` must outlive the decoder.
std::unique_ptr<Decoder> make_decoder(Protocol protocol, ExchangeSink& sink);

/// What the first bytes of a connection on one side are; kUnknown if they could be anything.
Protocol detect(Side side, std::string_view first_bytes);

}  // namespace weft::protocol
