/// Typed views of events as they lie in memory (event.h).
///
/// The events must be well-formed (event_check.h), which TraceReader::decode vouches for; then no
/// view reads outside of its event. Views point into the log, own nothing and are cheap to copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weft/trace/event.h"
#include "weft/trace/event_index.h"
#include "weft/trace/preempt_state.h"
#include "weft/trace/ticks.h"

namespace weft::trace {

/// One effect of a system call.
struct EffectView {
  EffectKind kind;
  uint8_t arg;       ///< which argument holds the address, or kAbsolute
  uint64_t address;  ///< in program memory; 0 if that is an argument of no call
  std::span<const std::byte> bytes;
};

/// The strings of an exec record.
struct ExecView {
  std::string_view path;
  std::vector<std::string_view> arguments;
  std::vector<std::string_view> environment;
};

struct MapView {
  MapRecord record;
  std::string_view path;  ///< empty for anonymous memory
};

/// What becomes of a mapped file.
struct FileView {
  FileRecord record;
  std::span<const std::byte> bytes;  ///< at record.offset
};

struct DataView {
  uint64_t address;
  std::span<const std::byte> bytes;
};

class EventView {
 public:
  explicit EventView(const std::byte* event) : event_(event) {
    std::memcpy(&header_, event, sizeof header_);
  }

  const EventHeader& header() const { return header_; }
  EventKind kind() const { return static_cast<EventKind>(header_.kind); }
  Ticks time() const { return Ticks(header_.time); }
  std::span<const std::byte> payload() const {
    return {event_ + sizeof(EventHeader), header_.size};
  }
  /// Bytes to the next event.
  uint64_t bytes() const { return event_bytes(header_.size); }

  // kSyscall only.
  uint64_t site() const { return word(0); }
  std::optional<Ticks> entry_time() const;
  unsigned argument_count() const { return (header_.flags >> kArgCountShift) & 7u; }
  /// 0 for an argument that the call does not have.
  uint64_t argument(unsigned index) const {
    return index < argument_count() ? word(first_argument() + index) : 0;
  }
  std::vector<EffectView> effects() const;
  /// Calls visit(EffectView) for each of them: the same without an allocation.
  template <class F>
  void for_each_effect(F visit) const;
  /// The first effect of that kind on that argument.
  std::optional<EffectView> effect(EffectKind kind, uint8_t arg) const;

  // Each for its own kind only.
  MapView map() const;
  DataView data() const;
  FileView file() const;
  ExecView exec() const;
  StartRecord start() const { return record<StartRecord>(); }
  SignalRecord signal() const { return record<SignalRecord>(); }
  PreemptRecord preempt() const { return record<PreemptRecord>(); }
  /// Of kPreempt: see trace::counted_passes().
  uint64_t passes() const {
    if ((header_.flags & kWholeState) == 0) return 0;
    return counted_passes(reinterpret_cast<const PreemptRecord*>(event_ + sizeof(EventHeader)),
                          header_.size);
  }
  /// Of kMemory. Digests lie in the event.
  PreemptState memory() const {
    return memory_state(reinterpret_cast<const StateRecord*>(event_ + sizeof(EventHeader)),
                        header_.size);
  }
  std::string_view text() const;

 private:
  unsigned first_argument() const { return (header_.flags & kHasEntryTime) ? 2 : 1; }
  uint64_t word(unsigned index) const {
    uint64_t value;
    std::memcpy(&value, event_ + sizeof(EventHeader) + 8 * index, sizeof value);
    return value;
  }
  template <class Record>
  Record record() const {
    Record value;
    std::memcpy(&value, event_ + sizeof(EventHeader), sizeof value);
    return value;
  }

  const std::byte* event_;
  EventHeader header_;
};

template <class F>
void EventView::for_each_effect(F visit) const {
  auto rest = payload().subspan(8 * (first_argument() + argument_count()));
  while (!rest.empty()) {
    EffectHeader header;
    std::memcpy(&header, rest.data(), sizeof header);
    EffectView effect{static_cast<EffectKind>(header.kind), header.arg, 0, {}};
    size_t head = sizeof header;
    if (header.arg == kAbsolute) {
      std::memcpy(&effect.address, rest.data() + head, sizeof effect.address);
      head += sizeof effect.address;
    } else {
      effect.address = argument(header.arg);
    }
    effect.bytes = rest.subspan(head, header.size);
    visit(effect);
    const size_t taken = head + ((header.size + 7) & ~7u);
    rest = rest.subspan(taken < rest.size() ? taken : rest.size());
  }
}

/// Walks over decoded events:  for (EventCursor at(events); !at.done(); at.next()) use(at.event());
class EventCursor {
 public:
  explicit EventCursor(std::span<const std::byte> events, EventIndex first = EventIndex(0))
      : at_(events.data()), end_(events.data() + events.size()), index_(first) {}

  bool done() const { return at_ == end_; }
  EventIndex index() const { return index_; }
  EventView event() const { return EventView(at_); }
  void next() {
    at_ += event().bytes();
    ++index_;
  }

 private:
  const std::byte* at_;
  const std::byte* end_;
  EventIndex index_;
};

}  // namespace weft::trace
