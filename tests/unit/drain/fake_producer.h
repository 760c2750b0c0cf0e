/// The runtime's end of the ring, as far as tests need it: writes whole events, waits for room.
#pragma once

#include <sys/mman.h>

#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "recorder/drain/ring_reader.h"
#include "weft/base/futex.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/record_channel.h"
#include "weft/trace/event.h"

namespace weft::drain {

/// A kUnusual event with this text, as it lies in the ring.
inline std::vector<std::byte> note_event(const std::string& text, uint64_t time = 1'000'000) {
  trace::EventHeader header{};
  header.time = time;
  header.size = static_cast<uint32_t>(text.size());
  header.kind = static_cast<uint8_t>(trace::EventKind::kUnusual);
  std::vector<std::byte> bytes(trace::event_bytes(header.size));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, text.data(), text.size());
  return bytes;
}

/// An event without payload.
inline std::vector<std::byte> plain_event(trace::EventKind kind, int64_t result) {
  trace::EventHeader header{};
  header.time = 2'000'000;
  header.result = result;
  header.kind = static_cast<uint8_t>(kind);
  std::vector<std::byte> bytes(sizeof header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

class FakeProducer {
 public:
  explicit FakeProducer(int channel_fd)
      : mapping_(Mapping::shared(channel_fd, kChannelBytes, PROT_READ | PROT_WRITE)) {}

  channel::RecordChannel& channel() { return *mapping_.as<channel::RecordChannel>(); }

  /// False if recording was stopped.
  bool put(const std::vector<std::byte>& event) {
    channel::RecordChannel& shared = channel();
    const uint64_t head = shared.head;
    while (head + event.size() - shared.tail > channel::kRingBytes) {
      if (shared.stopped != 0) return false;
      const uint32_t seen = shared.runtime_futex;
      shared.runtime_sleeps = 1;
      if (head + event.size() - shared.tail <= channel::kRingBytes) break;
      futex_wait(shared.runtime_futex, seen, std::chrono::milliseconds(100));
    }
    std::byte* ring = mapping_.data() + channel::kHeaderBytes;
    for (size_t i = 0; i < event.size(); ++i) ring[(head + i) % channel::kRingBytes] = event[i];
    shared.head = head + event.size();
    if (shared.head - shared.tail > channel::wake_bytes(channel::kRingBytes) &&
        shared.recorder_sleeps != 0) {
      futex_signal(shared.recorder_futex);
    }
    return true;
  }

 private:
  Mapping mapping_;
};

}  // namespace weft::drain
