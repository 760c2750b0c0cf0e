#include "replayer/trace/event_view.h"

#include <algorithm>

namespace weft::trace {

namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Cuts the next NUL-terminated string off `rest`.
std::string_view take_string(std::string_view& rest) {
  const std::string_view text = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  return text;
}

}  // namespace

std::optional<Ticks> EventView::entry_time() const {
  if ((header_.flags & kHasEntryTime) == 0) return std::nullopt;
  return Ticks(word(1));
}

std::vector<EffectView> EventView::effects() const {
  std::vector<EffectView> effects;
  for_each_effect([&effects](const EffectView& effect) { effects.push_back(effect); });
  return effects;
}

std::optional<EffectView> EventView::effect(EffectKind kind, uint8_t arg) const {
  for (const EffectView& effect : effects()) {
    if (effect.kind == kind && effect.arg == arg) return effect;
  }
  return std::nullopt;
}

MapView EventView::map() const {
  return {record<MapRecord>(), as_text(payload().subspan(sizeof(MapRecord)))};
}

DataView EventView::data() const {
  return {word(0), payload().subspan(8)};
}

FileView EventView::file() const {
  return {record<FileRecord>(), payload().subspan(sizeof(FileRecord))};
}

ExecView EventView::exec() const {
  const auto counts = record<ExecRecord>();
  std::string_view rest = as_text(payload().subspan(sizeof counts));
  ExecView exec{take_string(rest), {}, {}};
  for (uint32_t i = 0; i < counts.argument_count; ++i) exec.arguments.push_back(take_string(rest));
  while (!rest.empty()) exec.environment.push_back(take_string(rest));
  return exec;
}

std::string_view EventView::text() const {
  return as_text(payload());
}

}  // namespace weft::trace
