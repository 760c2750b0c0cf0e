#include "recorder/drain/process_drain.h"

#include <sys/wait.h>
#include <x86intrin.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace weft::drain {
namespace {

using namespace std::chrono_literals;
using trace::EventHeader;
using trace::EventKind;

constexpr auto kFlushAfter = 200ms;
/// The ring's space is given back in slices, so that the runtime need not wait for the whole of it;
/// a slice is looked at twice, so it should stay in the CPU's cache in between.
constexpr size_t kSliceBytes = 64 << 10;

/// Where an event begins is known only from the one before: without this each waits for its lines,
/// which the program's CPU has.
void fetch_ahead(std::span<const std::byte> bytes, size_t at) {
  constexpr size_t kAhead = 1024, kLine = 64;
  if (bytes.size() - at < kAhead + 2 * kLine) return;
  __builtin_prefetch(bytes.data() + at + kAhead);
  __builtin_prefetch(bytes.data() + at + kAhead + kLine);
}

/// The longest prefix of `bytes` of at most kSliceBytes (or one event) that is whole events, with
/// the last of them in `last`; empty if the first one is not an event.
std::span<const std::byte> whole_events(std::span<const std::byte> bytes, EventHeader& last) {
  size_t at = 0;
  while (bytes.size() - at >= sizeof(EventHeader) && at < kSliceBytes) {
    EventHeader header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    fetch_ahead(bytes, at);
    const uint64_t size = trace::event_bytes(header.size);
    if (size > trace::kMaxEventBytes || size > bytes.size() - at) break;
    last = header;
    at += size;
  }
  return bytes.first(at);
}

bool is_end(const EventHeader& event) {
  return event.kind == static_cast<uint8_t>(EventKind::kExit) ||
         event.kind == static_cast<uint8_t>(EventKind::kKilled);
}

}  // namespace

Result<bool> ProcessDrain::take_some(uint64_t most) {
  const auto all = ring_.waiting();
  // More may have been published since `most` was counted.
  const auto waiting = all.first(std::min<uint64_t>(all.size(), most));
  const auto slice = whole_events(waiting, last_event_);
  // Published events are whole.
  if (ring_.damaged() || (slice.empty() && !waiting.empty())) {
    damaged_ = true;
    return Error{ErrorClass::kUnsupported,
                 "the program wrote over weft's own memory; recording ends here",
                 "the trace is complete up to there; look for a stray write just before"};
  }
  if (slice.empty()) return false;
  const Status status = append(slice);
  ring_.consume(slice.size());
  last_data_ = Clock::now();
  if (!status) return status.error();
  return true;
}

void ProcessDrain::drop_all() {
  ring_.consume(ring_.waiting().size());
}

Status ProcessDrain::append(std::span<const std::byte> events) {
  const Status status = writer_.append(events.data(), events.size());
  if (status && !unflushed_) first_unflushed_ = Clock::now();
  unflushed_ = true;
  return status;
}

Status ProcessDrain::flush_old_data() {
  if (!unflushed_ || Clock::now() - first_unflushed_ < kFlushAfter) return {};
  unflushed_ = false;
  return writer_.flush();
}

Status ProcessDrain::note_end(std::optional<int> wait_status, const std::string& unknown) {
  if (is_end(last_event_)) return {};
  if (wait_status && WIFSIGNALED(*wait_status))
    return append_own(EventKind::kKilled, WTERMSIG(*wait_status), "");
  // The last thread that ends takes the process with it.
  const bool threads_ended = last_event_.kind == static_cast<uint8_t>(EventKind::kThreadExit);
  if (wait_status && threads_ended) return {};
  if (!wait_status) return append_own(EventKind::kUnusual, 0, unknown);
  return append_own(EventKind::kUnusual, 0,
                    "the program ended with exit status " +
                        std::to_string(WEXITSTATUS(*wait_status)) +
                        " without an event that says so");
}

Status ProcessDrain::append_own(EventKind kind, int64_t result, const std::string& text) {
  EventHeader header{};
  header.time = std::max(last_event_.time, uint64_t{__rdtsc()});
  header.result = result;
  header.size = static_cast<uint32_t>(text.size());
  header.thread = last_event_.thread;
  header.kind = static_cast<uint8_t>(kind);
  std::vector<std::byte> bytes(trace::event_bytes(header.size));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, text.data(), text.size());
  return append(bytes);
}

void ProcessDrain::ask_for_memory(Clock::time_point now) {
  if (now < next_memory_) return;
  next_memory_ = now + std::chrono::microseconds(ring_.channel().digests_us);
  ring_.channel().memory_asked.store(1, std::memory_order_relaxed);
}

}  // namespace weft::drain
