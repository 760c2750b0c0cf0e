#include "debugger/shell/origin/call_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"
#include "replayer/trace/mapped_bytes.h"

namespace weft::shell {
namespace {

std::string field_text(const TraceContext& context, const char* name, EventIndex index,
                       const trace::EventView& event) {
  const Field field = context.field(name);
  const auto value = field ? field(index, event) : std::nullopt;
  return value && value->text ? inspect::printable(*value->text) : "";
}

/// What the file of a mapping holds, as the trace has it; empty: the trace does not tell.
std::optional<std::span<const std::byte>> held_by_file(const EventLog& events,
                                                       const trace::MapRecord& record,
                                                       uint64_t offset, uint64_t bytes) {
  std::optional<std::span<const std::byte>> held;
  trace::walk_mapped_bytes(
      events.mappings(),
      [&](EventIndex, const trace::MapView& map) {
        return record.device != 0 && map.record.device == record.device &&
               map.record.inode == record.inode;
      },
      [&](uint64_t at, std::span<const std::byte> content) {
        if (offset >= at && offset - at + bytes <= content.size())
          held = content.subspan(offset - at, bytes);
      });
  return held;
}

}  // namespace

std::string call_words(Shell& shell, EventIndex index) {
  const trace::EventView event = shell.session.events().at(index);
  std::string text = inspect::event_text(event);
  const TraceContext* context = shell.trace_context();
  if (context == nullptr) return text;
  if (const std::string peer = field_text(*context, "peer", index, event); !peer.empty())
    text += "\nfrom " + peer;
  const Field request = context->field("request");
  const auto number = request ? request(index, event) : std::nullopt;
  if (number && number->number) text += fmt::format("\nfor request {}", *number->number);
  return text;
}

BroughtBytes brought_bytes(Shell& shell, EventIndex index, Address address) {
  BroughtBytes brought;
  shell.session.events().at(index).for_each_effect([&](const trace::EffectView& effect) {
    const uint64_t offset = address - Address(effect.address);
    if (effect.kind != trace::EffectKind::kWritten || offset >= effect.bytes.size()) return;
    const auto from = effect.bytes.subspan(offset);
    brought = {{from.begin(), from.end()}, offset};
  });
  return brought;
}

MappedWords mapped_words(Shell& shell, EventIndex moment, Address address,
                         std::span<const std::byte> content) {
  const EventLog& events = shell.session.events();
  // The rest of a file's last page, and what a program has after it, begins with zeros.
  if (std::all_of(content.begin(), content.end(), [](std::byte b) { return b == std::byte{0}; }))
    return {true, "nothing wrote there: it was zero when it was mapped"};
  const auto mapped =
      events.last(EventIndex(0), moment, [&](EventIndex, const trace::EventView& event) {
        if (event.kind() != trace::EventKind::kMap) return false;
        const trace::MapRecord record = event.map().record;
        return address - Address(record.address) < record.length;
      });
  if (!mapped) {
    return {false,
            "it was there before the program's first instruction: arguments, environment, or what "
            "the dynamic linker left"};
  }
  const auto [record, path] = events.at(*mapped).map();
  const uint64_t offset = record.file_offset + (address - Address(record.address));
  const auto held = held_by_file(events, record, offset, content.size());
  if (path.empty() || (held && !std::equal(content.begin(), content.end(), held->begin())))
    return {false, "no write was found between the start and this moment"};
  return {held.has_value(), fmt::format("{} {} holds at byte {}, mapped by event {}",
                                        held ? "it is what" : "it may be what",
                                        inspect::printable(std::string(path)), offset, *mapped)};
}

}  // namespace weft::shell
