#include "replayer/session/processor_check.h"

#include <cpuid.h>
#include <fmt/format.h>

#include <bit>
#include <string>
#include <vector>

namespace weft::session {
namespace {

cpu::ShownProcessor this_processor() {
  uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return cpu::show(
      cpu::Level::kNative, uint64_t{high} << 32 | low, [](uint32_t leaf, uint32_t subleaf) {
        cpu::Answer answer{};
        __cpuid_count(leaf, subleaf, answer.reg[0], answer.reg[1], answer.reg[2], answer.reg[3]);
        return answer;
      });
}

/// The highest level at which a program is told of nothing that `here` lacks.
cpu::Level level_of(const cpu::ShownProcessor& recorded, const cpu::ShownProcessor& here) {
  cpu::Level best = cpu::Level::kV2;
  for (const cpu::LevelName& row : cpu::kLevelNames) {
    if (row.level == cpu::Level::kNative || row.level >= recorded.level) continue;
    bool lacks = false;
    for (const cpu::Feature& feature : cpu::kFeatures) {
      const auto word = static_cast<size_t>(feature.word);
      const uint32_t told = recorded.words[word] & cpu::shown_bits(feature.word, row.level);
      lacks |= feature.use == cpu::Use::kNeeded && ((told & ~here.words[word]) >> feature.bit & 1);
    }
    if (!lacks) best = row.level;
  }
  return best;
}

}  // namespace

Status check_processor(const trace::TraceInfo& recording, const std::string& trace_path,
                       const cpu::ShownProcessor& here) {
  const cpu::ShownProcessor& recorded = recording.processor;
  if (recorded.level == cpu::Level::kUnknown) return {};
  std::vector<std::string> missing;
  cpu::for_each_missing(recorded, here, [&](const char* name) { missing.emplace_back(name); });
  if ((recorded.states & ~here.states) != 0 && missing.empty())
    missing.emplace_back("registers that the kernel has not enabled");
  if (missing.empty()) return {};
  return Error{ErrorClass::kUnsupported,
               fmt::format("{} was recorded for a processor that has more than this one: {}",
                           trace_path, fmt::join(missing, ", ")),
               fmt::format("replay it on such a machine ({}), or record it again with weft record "
                           "--cpu {}",
                           recording.cpu_model, cpu::name_of(level_of(recorded, here)))};
}

Status check_processor(const trace::TraceInfo& recording, const std::string& trace_path) {
  return check_processor(recording, trace_path, this_processor());
}

}  // namespace weft::session
