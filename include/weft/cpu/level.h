/// Which processor a recorded program is told that it runs on (`weft record --cpu`).
///
/// The levels are those of the x86-64 psABI, with what every machine of that level has besides:
///
///   level       a processor such as         has                        extended state
///   x86-64-v2   Nehalem (2008)              SSE4.2, POPCNT             x87, SSE
///   x86-64-v3   Haswell (2013), EPYC        AVX2, BMI, FMA, AES        x87, SSE, AVX
///   x86-64-v4   Skylake server (2017)       AVX-512 F, CD, BW, DQ, VL  the same, AVX-512
///   native      the one it is recorded on   all that can be recorded   the same
///
/// On a machine below the level, the program is told what the machine is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::cpu {

enum class Level : uint32_t {
  kUnknown = 0,  ///< a trace of format 1 or 2, which does not say
  kV2 = 2,
  kV3 = 3,
  kV4 = 4,
  kNative = 5,
};

/// What recordings are made for if nobody says otherwise: the highest level likely to be had where
/// a recording is replayed.
inline constexpr Level kDefaultLevel = Level::kV3;

struct LevelName {
  Level level;
  std::string_view name;
};
inline constexpr LevelName kLevelNames[] = {{Level::kV2, "x86-64-v2"},
                                            {Level::kV3, "x86-64-v3"},
                                            {Level::kV4, "x86-64-v4"},
                                            {Level::kNative, "native"}};

constexpr std::string_view name_of(Level level) {
  for (const LevelName& row : kLevelNames) {
    if (row.level == level) return row.name;
  }
  return "unknown";
}

constexpr std::optional<Level> level_named(std::string_view name) {
  for (const LevelName& row : kLevelNames) {
    if (row.name == name) return row.level;
  }
  return std::nullopt;
}

}  // namespace weft::cpu
