#include "debugger/shell/origin/call_words.h"

#include <fmt/format.h>
#include <sys/syscall.h>

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

BroughtBytes brought_bytes(const EventLog& events, EventIndex call, Address address,
                           uint64_t bytes) {
  BroughtBytes brought;
  const auto take = [&](Address at, std::span<const std::byte> written, uint64_t before) {
    const uint64_t skip = at > address ? at - address : 0;
    const uint64_t offset = address + skip - at;
    if (skip >= bytes || offset >= written.size()) return;
    const auto part =
        written.subspan(offset, std::min<uint64_t>(written.size() - offset, bytes - skip));
    brought = {address + skip, {part.begin(), part.end()}, before + offset};
  };
  // Much of it comes before the call's own event: data of the same thread, in order.
  const uint32_t thread = events.at(call).header().thread;
  EventIndex first = call;
  while (first > EventIndex(0)) {
    const trace::EventView event = events.at(first - 1);
    if (event.kind() != trace::EventKind::kData || event.header().thread != thread) break;
    first = first - 1;
  }
  uint64_t before = 0;
  for (EventIndex index = first; index < call; index = index + 1) {
    const trace::DataView data = events.at(index).data();
    take(Address(data.address), data.bytes, before);
    before += data.bytes.size();
  }
  events.at(call).for_each_effect([&](const trace::EffectView& effect) {
    if (effect.kind == trace::EffectKind::kWritten)
      take(Address(effect.address), effect.bytes, before);
  });
  return brought;
}

MappedWords mapped_words(Shell& shell, EventIndex moment, Address address,
                         std::span<const std::byte> content,
                         const std::optional<Replacement>& replaced) {
  const EventLog& events = shell.session.events();
  const bool zero =
      std::all_of(content.begin(), content.end(), [](std::byte b) { return b == std::byte{0}; });
  const auto mapped = last_mapping(events, moment, address);
  const bool dropped = replaced && (!mapped || *mapped < replaced->event) &&
                       events.at(replaced->event).header().call == SYS_madvise;
  const MappedWords was_zero{
      true, dropped ? fmt::format("nothing wrote there after event {}, {}: it was zero",
                                  replaced->event, inspect::event_text(events.at(replaced->event)))
                    : "nothing wrote there: it was zero when it was mapped"};
  if (!mapped) {
    if (zero) return was_zero;
    return {false,
            "it was there before the program's first instruction: arguments, environment, or what "
            "the dynamic linker left"};
  }
  constexpr const char* kNoWrite = "no write was found between the start and this moment";
  if (events.at(*mapped).kind() != trace::EventKind::kMap)
    return zero ? was_zero : MappedWords{false, kNoWrite};
  const auto [record, path] = events.at(*mapped).map();
  const uint64_t offset = record.file_offset + (address - Address(record.address));
  const auto held = held_by_file(events, record, offset, content.size());
  const bool same = held && std::equal(content.begin(), content.end(), held->begin());
  // What a program has after the end of its file begins with zeros: the kernel clears the rest of
  // the page before the program runs.
  const bool cleared = *mapped < events.start() || offset >= record.file_size;
  if (zero && (path.empty() || cleared || same)) return was_zero;
  if (path.empty() || (held && !same)) return {false, kNoWrite};
  return {same, fmt::format("{} {} holds at byte {}, mapped by event {}",
                            same ? "it is what" : "it may be what",
                            inspect::printable(std::string(path)), offset, *mapped)};
}

}  // namespace weft::shell
