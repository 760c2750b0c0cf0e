/// Events of every kind with random content, well-formed, for property tests.
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include "tests/unit/trace/sample_events.h"
#include "weft/trace/hook.h"
#include "weft/trace/preempt_state.h"

namespace weft::trace::test {

class RandomEvents {
 public:
  explicit RandomEvents(uint32_t seed) : random_(seed) {}

  EventLog make(uint64_t count) {
    EventLog log;
    for (uint64_t i = 0; i < count; ++i) add(log);
    return log;
  }

 private:
  uint64_t below(uint64_t limit) { return random_() % limit; }

  std::string bytes(uint64_t count) {
    // Sometimes noise, sometimes all the same, sometimes what was there before.
    if (below(3) == 0 && last_bytes_.size() == count) return last_bytes_;
    std::string out(count, static_cast<char>(below(256)));
    if (below(2) == 0) {
      for (char& byte : out) byte = static_cast<char>(random_());
    }
    return last_bytes_ = out;
  }

  uint64_t size() {
    switch (below(40)) {
      case 0:
        return below(kMaxDataBytes + 1);
      case 1:
        return 0;
      case 2:
        return kMaxDataBytes;
      default:
        return below(100);
    }
  }

  void pass_time() {
    switch (below(30)) {
      case 0:
        time_ += below(uint64_t{1} << 40);
        break;
      case 1:
        time_ -= below(10'000);
        break;
      default:
        time_ += below(20'000);
    }
  }

  void add(EventLog& log) {
    pass_time();
    if (below(20) == 0) thread_ = static_cast<uint32_t>(below(4) == 0 ? random_() : below(5));
    if (below(8) != 0) return below(5) == 0 ? add_clock_call(log) : add_random_call(log);
    if (below(4) == 0) return add_hook(log);
    EventHeader header{};
    header.time = time_;
    header.thread = thread_;
    header.result = static_cast<int64_t>(below(3) == 0 ? random_() : below(300));
    header.kind = static_cast<uint8_t>(2 + below(kMaxEventKind - 2));  // but kSyscall and kHook
    if (header.kind >= static_cast<uint8_t>(EventKind::kHook)) ++header.kind;
    log.add(header, payload(static_cast<EventKind>(header.kind)));
  }

  std::string payload(EventKind kind) {
    switch (kind) {
      case EventKind::kMap:
        return bytes(sizeof(MapRecord)) + bytes(below(200));
      case EventKind::kData:
        return bytes(8) + bytes(size());
      case EventKind::kExec:
        return exec_payload();
      case EventKind::kStart:
        return bytes(sizeof(StartRecord));
      case EventKind::kSignal:
      case EventKind::kFault:
        return bytes(sizeof(SignalRecord));
      case EventKind::kPreempt:
        return bytes(sizeof(PreemptRecord)) + bytes(below(9) * sizeof(PreemptBlock));
      case EventKind::kMemory:
        return std::string(sizeof(StateRecord), '\0') + bytes(below(9) * sizeof(PageDigest));
      case EventKind::kUnusual:
        return bytes(below(500));
      case EventKind::kFile:
        return bytes(sizeof(FileRecord)) + bytes(size());

      default:
        return {};
    }
  }

  std::string exec_payload() {
    const ExecRecord record{static_cast<uint32_t>(below(5)), static_cast<uint32_t>(below(5))};
    std::string out;
    append(out, record);
    for (uint32_t i = 0; i < 1 + record.argument_count + record.environment_count; ++i)
      out += std::string(below(30), 'x') + '\0';
    return out;
  }

  void add_random_call(EventLog& log) {
    SampleCall call;
    call.call = static_cast<uint16_t>(below(12));
    call.site = 0x1000 + 16 * call.call;
    call.result = static_cast<int64_t>(below(200)) - 20;
    if (below(10) == 0) call.result = static_cast<int64_t>(random_());
    for (unsigned i = 0; i < call.call % 7u; ++i)
      call.arguments.push_back(below(4) == 0 ? random_() : below(3));
    call.time = time_;
    if (below(5) == 0) call.entry_time = time_ - below(1'000'000);
    call.thread = thread_;
    call.checked = below(2) == 0;
    uint64_t room = kMaxEventBytes - 256;
    for (uint64_t n = below(10) == 0 ? below(12) : below(3); n > 0; --n) {
      SampleEffect effect{kAbsolute, below(3) == 0 ? EffectKind::kSent : EffectKind::kWritten, {}};
      if (!call.arguments.empty() && below(4) != 0)
        effect.arg = static_cast<uint8_t>(below(call.arguments.size()));
      if (effect.arg == kAbsolute) {
        const bool of_argument = !call.arguments.empty() && below(2) == 0;
        effect.address = of_argument ? call.arguments.front() : random_();
      }
      uint64_t count = std::min<uint64_t>(size(), kMaxDataBytes);
      if (below(2) == 0 && call.result > 0 && call.result < 200)
        count = static_cast<uint64_t>(call.result) * (1 + below(3));
      if (count + 24 > room) break;
      effect.bytes = bytes(count);
      room -= count + 24;
      call.effects.push_back(effect);
    }
    add_call(log, call);
  }

  void add_hook(EventLog& log) {
    SampleCall hook{.call = static_cast<uint16_t>(1 + below(kMaxHookKind)), .site = 0x99};
    hook.kind = EventKind::kHook;
    const HookRow& row = kHookRows[hook.call];
    for (unsigned i = 0; i < row.argument_count; ++i) hook.arguments.push_back(below(300));
    for (unsigned i = 0; i < row.text_count; ++i)
      hook.effects.push_back({0, EffectKind::kSent, bytes(below(60))});
    hook.result = static_cast<int64_t>(below(300));
    hook.time = time_;
    hook.thread = thread_;
    add_call(log, hook);
  }

  /// gettimeofday or clock_gettime, mostly right, sometimes with what no clock says.
  void add_clock_call(EventLog& log) {
    const bool in_us = below(2) == 0;
    const uint64_t units = in_us ? 1'000'000 : 1'000'000'000;
    uint64_t value = (uint64_t{1'700'000'000} * units) + time_ / (in_us ? 2600 : 2);
    if (below(10) == 0) value += below(3 * units);
    uint64_t words[2] = {value / units, value % units};
    if (below(20) == 0) words[below(2)] = random_();
    std::string bytes(reinterpret_cast<const char*>(words), below(20) == 0 ? 8 : 16);
    const auto kind = below(20) == 0 ? EffectKind::kSent : EffectKind::kWritten;
    add_call(log, {.call = static_cast<uint16_t>(in_us ? 96 : 228),
                   .site = 0x77,
                   .arguments = {below(20), 0x5000},
                   .effects = {{1, kind, bytes}},
                   .time = time_,
                   .thread = thread_});
  }

  std::mt19937_64 random_;
  uint64_t time_ = 5'000'000'000;
  uint32_t thread_ = 0;
  std::string last_bytes_;
};

/// What decoding gives back: the same, with times rounded down to kTimeUnitTicks.
inline std::vector<std::byte> with_rounded_times(const EventLog& log) {
  std::vector<std::byte> out = log.bytes();
  const auto round_at = [&out](uint64_t at) {
    uint64_t time;
    std::memcpy(&time, out.data() + at, sizeof time);
    time -= time % kTimeUnitTicks;
    std::memcpy(out.data() + at, &time, sizeof time);
  };
  for (const uint64_t start : log.starts()) {
    EventHeader header;
    std::memcpy(&header, out.data() + start, sizeof header);
    round_at(start);
    if (is_call(header.kind) && (header.flags & kHasEntryTime)) round_at(start + sizeof header + 8);
  }
  return out;
}

}  // namespace weft::trace::test
