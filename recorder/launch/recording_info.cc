#include "recorder/launch/recording_info.h"

#include <cpuid.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <x86intrin.h>

#include <cstring>
#include <ctime>
#include <filesystem>

#include "weft/base/version.h"

namespace weft::launch {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kMinimumNs = 2'000'000;
constexpr int kBrackets = 8;

int64_t now_ns(int clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return time.tv_sec * kNsPerSecond + time.tv_nsec;
}

/// The brand string of CPUID leaves 0x80000002 to 4.
std::string cpu_model() {
  unsigned words[12] = {};
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* word = words + 4 * leaf;
    if (__get_cpuid(0x80000002 + leaf, word, word + 1, word + 2, word + 3) == 0) return "unknown";
  }
  char text[sizeof words + 1] = {};
  std::memcpy(text, words, sizeof words);
  std::string model(text);
  model.erase(0, model.find_first_not_of(' '));
  model.erase(model.find_last_not_of(' ') + 1);
  return model;
}

/// A random UUID, version 4 (RFC 4122).
std::array<uint8_t, 16> new_uuid() {
  std::array<uint8_t, 16> uuid{};
  if (::getrandom(uuid.data(), uuid.size(), GRND_NONBLOCK) != static_cast<ssize_t>(uuid.size())) {
    const uint64_t parts[2] = {__rdtsc(), static_cast<uint64_t>(::getpid())};
    std::memcpy(uuid.data(), parts, sizeof parts);
  }
  uuid[6] = static_cast<uint8_t>((uuid[6] & 0x0f) | 0x40);
  uuid[8] = static_cast<uint8_t>((uuid[8] & 0x3f) | 0x80);
  return uuid;
}

}  // namespace

TscCalibration::TscCalibration() : start_(read(CLOCK_MONOTONIC_RAW)) {
  start_wall_ns_ = now_ns(CLOCK_REALTIME) - (now_ns(CLOCK_MONOTONIC_RAW) - start_.clock_ns);
}

TscCalibration::Reading TscCalibration::read(int clock) {
  Reading best{};
  uint64_t narrowest = UINT64_MAX;
  for (int i = 0; i < kBrackets; ++i) {
    const uint64_t before = __rdtsc();
    const int64_t clock_ns = now_ns(clock);
    const uint64_t after = __rdtsc();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    best = {before + (after - before) / 2, clock_ns};
  }
  return best;
}

uint64_t TscCalibration::finish() const {
  Reading end = read(CLOCK_MONOTONIC_RAW);
  while (end.clock_ns - start_.clock_ns < kMinimumNs) end = read(CLOCK_MONOTONIC_RAW);
  const auto ticks = static_cast<double>(end.tsc - start_.tsc);
  const auto elapsed_ns = static_cast<double>(end.clock_ns - start_.clock_ns);
  return static_cast<uint64_t>(ticks / elapsed_ns * static_cast<double>(kNsPerSecond));
}

cpu::ShownProcessor processor_shown_at(cpu::Level level) {
  uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return cpu::show(level, uint64_t{high} << 32 | low, [](uint32_t leaf, uint32_t subleaf) {
    cpu::Answer answer{};
    __cpuid_count(leaf, subleaf, answer.reg[0], answer.reg[1], answer.reg[2], answer.reg[3]);
    return answer;
  });
}

trace::TraceInfo describe_recording(const std::string& program_path,
                                    const std::vector<std::string>& arguments,
                                    const TscCalibration& calibration) {
  trace::TraceInfo info;
  std::error_code ignored;
  info.weft_version = kVersion;
  info.uuid = new_uuid();
  info.program = std::filesystem::absolute(program_path, ignored).lexically_normal().string();
  info.arguments = arguments;
  for (char** entry = environ; *entry != nullptr; ++entry) info.environment.emplace_back(*entry);
  info.working_directory = std::filesystem::current_path(ignored).string();
  info.cpu_model = cpu_model();
  utsname system{};
  if (::uname(&system) == 0) {
    info.host_name = system.nodename;
    info.kernel_release = system.release;
  }
  info.start_tsc = calibration.start_tsc();
  info.start_wall_ns = calibration.start_wall_ns();
  info.tsc_hz = calibration.finish();
  return info;
}

}  // namespace weft::launch
