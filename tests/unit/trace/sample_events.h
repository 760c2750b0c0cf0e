/// Makes events for the tests of the trace file: any kind at random, and what a server looks like.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "weft/trace/crc32c.h"
#include "weft/trace/event.h"

namespace weft::trace::test {

/// A log in the making: events one after the other, as in memory.
class EventLog {
 public:
  const std::vector<std::byte>& bytes() const { return bytes_; }
  uint64_t count() const { return starts_.size(); }
  /// Where each event starts in bytes().
  const std::vector<uint64_t>& starts() const { return starts_; }

  void add(EventHeader header, const std::string& payload) {
    header.size = static_cast<uint32_t>(payload.size());
    starts_.push_back(bytes_.size());
    bytes_.resize(bytes_.size() + event_bytes(header.size));
    std::memcpy(bytes_.data() + starts_.back(), &header, sizeof header);
    std::memcpy(bytes_.data() + starts_.back() + sizeof header, payload.data(), payload.size());
  }

 private:
  std::vector<std::byte> bytes_;
  std::vector<uint64_t> starts_;
};

template <class T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

struct SampleEffect {
  uint8_t arg;
  EffectKind kind;
  std::string bytes;
  uint64_t address = 0;  ///< if arg == kAbsolute
};

struct SampleCall {
  uint16_t call = 0;
  uint64_t site = 0;
  std::vector<uint64_t> arguments{};
  int64_t result = 0;
  std::vector<SampleEffect> effects{};
  uint64_t time = 0;
  uint64_t entry_time = 0;  ///< 0: none
  uint32_t thread = 0;
  bool checked = false;  ///< with the CRC of the kSent effects
  EventKind kind = EventKind::kSyscall;
  uint8_t flags = 0;  ///< besides the count of arguments
};

inline void add_call(EventLog& log, const SampleCall& call) {
  EventHeader header{};
  header.time = call.time;
  header.result = call.result;
  header.thread = call.thread;
  header.call = call.call;
  header.kind = static_cast<uint8_t>(call.kind);
  header.flags = static_cast<uint8_t>((call.arguments.size() << kArgCountShift) | call.flags);
  std::string payload;
  append(payload, call.site);
  if (call.entry_time != 0) {
    header.flags |= kHasEntryTime;
    append(payload, call.entry_time);
  }
  for (const uint64_t argument : call.arguments) append(payload, argument);
  if (call.checked) header.flags |= kHasCheck;
  for (const SampleEffect& effect : call.effects) {
    const EffectHeader effect_header{static_cast<uint32_t>(effect.bytes.size()), effect.arg,
                                     static_cast<uint8_t>(effect.kind), 0};
    append(payload, effect_header);
    if (effect.arg == kAbsolute) append(payload, effect.address);
    payload += effect.bytes;
    payload.append((8 - effect.bytes.size() % 8) % 8, '\0');
    if (call.checked && effect.kind == EffectKind::kSent)
      header.check = crc32c_register(header.check, effect.bytes.data(), effect.bytes.size());
  }
  log.add(header, payload);
}

inline EventLog redis_like(uint64_t rounds, uint32_t seed, unsigned clients = 50) {
  // One thread: epoll_wait, then a read and later a write for each client that has sent something.
  // Order and times wander, as they do when clients and server share two cores.
  std::mt19937 random(seed);
  std::lognormal_distribution<double> call_ticks(8.2, 0.35);
  EventLog log;
  uint64_t time = 1'000'000'000;
  std::vector<unsigned> queue(clients);
  for (unsigned i = 0; i < clients; ++i) queue[i] = 8 + i;
  const std::string request = "*3\r\n$3\r\nSET\r\n$16\r\nkey:__rand_int__\r\n$3\r\nVXK\r\n";
  for (uint64_t round = 0; round < rounds; ++round) {
    for (int swaps = 0; swaps < 8; ++swaps) {
      const size_t at = random() % (clients - 1);
      std::swap(queue[at], queue[at + 1]);
    }
    const size_t ready = clients / 2 + random() % (clients / 2 + 1);
    std::string found;
    for (size_t i = 0; i < ready; ++i) {
      append(found, uint32_t{1});
      append(found, uint64_t{queue[i]});
    }
    const uint64_t entry = time + static_cast<uint64_t>(call_ticks(random));
    time = entry + static_cast<uint64_t>(call_ticks(random)) * 2;
    add_call(log, {.call = 232,
                   .site = 0x100000123456,
                   .arguments = {5, 0x100000800000, 10128, 100},
                   .result = static_cast<int64_t>(ready),
                   .effects = {{1, EffectKind::kWritten, found}},
                   .time = time,
                   .entry_time = entry});
    for (size_t i = 0; i < ready; ++i) {
      time += static_cast<uint64_t>(call_ticks(random));
      add_call(log, {.call = 0,
                     .site = 0x100000234567,
                     .arguments = {queue[i], 0x100000900000, 16384},
                     .result = static_cast<int64_t>(request.size()),
                     .effects = {{1, EffectKind::kWritten, request}},
                     .time = time});
    }
    for (size_t i = ready; i-- > 0;) {
      time += static_cast<uint64_t>(call_ticks(random));
      add_call(log, {.call = 1,
                     .site = 0x100000345678,
                     .arguments = {queue[i], 0x100000a00000 + uint64_t{queue[i]} * 4096, 5},
                     .result = 5,
                     .effects = {{kAbsolute, EffectKind::kSent, "+OK\r\n",
                                  0x100000a00000 + uint64_t{queue[i]} * 4096}},
                     .time = time,
                     .checked = true});
    }
    std::rotate(queue.begin(), queue.begin() + static_cast<long>(ready), queue.end());
  }
  return log;
}

}  // namespace weft::trace::test
