#include "debugger/shell/origin/replaced_memory.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "weft/channel/layout.h"

namespace weft::shell {
namespace {

using trace::EventKind;
using trace::EventView;

constexpr uint64_t kDontNeedLocked = 24;

bool has_failed(const EventView& event) {
  return event.header().result < 0 && event.header().result >= -4095;
}

bool is_call_of(const EventView& event, uint16_t call) {
  return event.kind() == EventKind::kSyscall && event.header().call == call;
}

/// Private memory without a file has no event of its own: the call says it all.
bool maps_anonymous(const EventView& event) {
  return is_call_of(event, SYS_mmap) && !has_failed(event) &&
         (event.argument(3) & MAP_ANONYMOUS) != 0;
}

/// Is the memory shared with others? It keeps what it holds when it is dropped.
bool is_shared(const EventLog& events, EventIndex moment, Address address) {
  const auto mapped = last_mapping(events, moment, address);
  if (!mapped) return false;
  const EventView event = events.at(*mapped);
  const uint64_t flags =
      event.kind() == EventKind::kMap ? event.map().record.flags : event.argument(3);
  return (flags & MAP_SHARED) != 0;
}

/// What a call has replaced.
std::optional<Replacement> replaced_by_call(EventIndex index, const EventView& event) {
  const uint64_t address = event.argument(0), bytes = layout::page_up(event.argument(1));
  if (maps_anonymous(event)) {
    const Address begin(event.header().result);
    return Replacement{index, begin, begin + bytes};
  }
  if (event.header().call == SYS_madvise) {
    const uint64_t advice = event.argument(2);
    const bool drops = advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE ||
                       advice == kDontNeedLocked;
    const bool done = !has_failed(event) || event.header().result == -ENOMEM;
    if (drops && done) return Replacement{index, Address(address), Address(address + bytes)};
  }
  if (event.header().call == SYS_mremap && !has_failed(event)) {
    const Address to(event.header().result);
    if (to != Address(address))
      return Replacement{index, to, to + layout::page_up(event.argument(2)), Address(address)};
  }
  return std::nullopt;
}

std::optional<Replacement> replaced_by(EventIndex index, const EventView& event) {
  switch (event.kind()) {
    case EventKind::kExec:
      return Replacement{index, Address(0), Address(UINT64_MAX)};
    case EventKind::kMap: {
      const trace::MapRecord record = event.map().record;
      if ((record.flags & trace::kMapInPlace) != 0) return std::nullopt;
      return Replacement{index, Address(record.address), Address(record.address + record.length)};
    }
    case EventKind::kFile: {
      const trace::FileRecord record = event.file().record;
      if (record.device != 0 || record.hole_bytes == 0) return std::nullopt;
      return Replacement{index, Address(record.offset), Address(record.offset + record.hole_bytes)};
    }
    case EventKind::kSyscall:
      return replaced_by_call(index, event);
    default:
      return std::nullopt;
  }
}

/// The heap has shrunk below the address, and grown again.
std::optional<Replacement> regrown(const EventLog& events, EventIndex from, EventIndex to,
                                   Address address) {
  std::optional<EventIndex> shrunk;
  std::optional<Replacement> found;
  const auto is_brk = [](EventIndex, const EventView& event) { return is_call_of(event, SYS_brk); };
  for (auto at = events.first(from, to, is_brk); at; at = events.first(*at + 1, to, is_brk)) {
    const Address end(layout::page_up(static_cast<uint64_t>(events.at(*at).header().result)));
    if (end <= address) {
      shrunk = at;
    } else if (shrunk) {
      const Address begin(static_cast<uint64_t>(events.at(*shrunk).header().result));
      found = Replacement{*at, Address(layout::page_up(begin.value())), end};
      shrunk.reset();
    }
  }
  return found;
}

/// The event of the call to which an event before it belongs.
EventIndex call_after(const EventLog& events, EventIndex index) {
  const EventKind kind = events.at(index).kind();
  if (kind != EventKind::kMap && kind != EventKind::kFile) return index;
  const uint32_t thread = events.at(index).header().thread;
  return events
      .first(index, events.end(),
             [thread](EventIndex, const EventView& event) {
               return event.header().thread == thread && trace::is_call(event.header().kind);
             })
      .value_or(index);
}

}  // namespace

std::optional<EventIndex> last_mapping(const EventLog& events, EventIndex moment, Address address) {
  return events.last(EventIndex(0), moment, [address](EventIndex index, const EventView& event) {
    if (event.kind() != EventKind::kMap && !maps_anonymous(event)) return false;
    const auto mapped = event.kind() == EventKind::kMap
                            ? std::optional(Replacement{
                                  index, Address(event.map().record.address),
                                  Address(event.map().record.address) + event.map().record.length})
                            : replaced_by_call(index, event);
    return mapped && address - mapped->begin < mapped->end - mapped->begin;
  });
}

std::optional<Replacement> last_replacement(const EventLog& events, EventIndex from, EventIndex to,
                                            Address address, uint64_t bytes) {
  if (from >= to) return std::nullopt;
  std::optional<Replacement> last;
  const auto found = events.last(from, to, [&](EventIndex index, const EventView& event) {
    const auto one = replaced_by(index, event);
    if (!one || one->begin >= address + bytes || one->end <= address) return false;
    const bool dropped = is_call_of(event, SYS_madvise) && event.argument(2) != MADV_REMOVE;
    if (dropped && is_shared(events, index, address)) return false;
    last = one;
    return true;
  });
  if (found) last->event = call_after(events, *found);
  const auto heap = regrown(events, from, to, address);
  return heap && (!last || heap->event > last->event) ? heap : last;
}

}  // namespace weft::shell
