#include "replayer/session/call_text.h"

#include <cstring>

#include "replayer/inspect/event_text.h"
#include "replayer/trace/event_view.h"
#include "weft/syscall/table.h"

namespace weft::session {
namespace {

/// The call as an event: the words for arguments are those of events.
struct CallEvent {
  trace::EventHeader header{};
  uint64_t site = 0;
  uint64_t args[6] = {};
};
static_assert(sizeof(CallEvent) == sizeof(trace::EventHeader) + 7 * sizeof(uint64_t));

}  // namespace

std::string call_text(uint32_t number, const uint64_t (&args)[6]) {
  if (number > UINT16_MAX) return "no system call";
  const syscall::Row* row = syscall::find(static_cast<uint16_t>(number));
  const int count = row != nullptr ? row->arity() : 6;
  CallEvent call;
  call.header.kind = static_cast<uint8_t>(trace::EventKind::kSyscall);
  call.header.call = static_cast<uint16_t>(number);
  call.header.size = static_cast<uint32_t>(8 + 8 * count);
  call.header.flags = static_cast<uint8_t>(count << trace::kArgCountShift);
  std::memcpy(call.args, args, sizeof call.args);
  const trace::EventView event(reinterpret_cast<const std::byte*>(&call));
  std::string text = inspect::call_name(call.header.call) + "(";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "" : ", ") + inspect::argument_text(event, static_cast<unsigned>(i));
  }
  return text + ")";
}

}  // namespace weft::session
