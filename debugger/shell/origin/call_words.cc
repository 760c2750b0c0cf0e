#include "debugger/shell/origin/call_words.h"

#include <fmt/format.h>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

std::string field_text(const TraceContext& context, const char* name, EventIndex index,
                       const trace::EventView& event) {
  const Field field = context.field(name);
  const auto value = field ? field(index, event) : std::nullopt;
  return value && value->text ? inspect::printable(*value->text) : "";
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

std::string mapped_words(Shell& shell, EventIndex moment, Address address, Content content) {
  const EventLog& events = shell.session.events();
  const auto mapped =
      events.last(EventIndex(0), moment, [&](EventIndex, const trace::EventView& event) {
        if (event.kind() != trace::EventKind::kMap) return false;
        const trace::MapRecord record = event.map().record;
        return address - Address(record.address) < record.length;
      });
  // The rest of a file's last page, and what a program has after it, begins with zeros.
  if (content == Content::kZero) return "nothing wrote there: it was zero when it was mapped";
  if (!mapped) {
    return "it was there before the program's first instruction: arguments, environment, or what "
           "the dynamic linker left";
  }
  const auto [record, path] = events.at(*mapped).map();
  if (!path.empty()) {
    const uint64_t offset = record.file_offset + (address - Address(record.address));
    return fmt::format("it is what {} holds at byte {}, mapped by event {}",
                       inspect::printable(std::string(path)), offset, *mapped);
  }
  return "no write was found between the start and this moment";
}

}  // namespace weft::shell
