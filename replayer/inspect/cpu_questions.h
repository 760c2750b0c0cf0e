/// Instructions by which a program asks the CPU for something that no recorder sees: the time
/// (rdtsc, rdtscp) and random numbers (rdrand, rdseed).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weft::inspect {

struct CpuQuestions {
  bool time = false;
  bool random = false;
};

/// Looks for them in bytes of a file, wherever its text may be. Two or three bytes may be anything,
/// so they only count with what belongs to them: rdtsc's halves put together (shl $32,%rdx), the
/// carry flag of rdrand looked at, within the next few instructions. Finds no other use, then.
CpuQuestions cpu_questions_in(std::span<const std::byte> bytes);

/// Files whose questions change nothing: the dynamic linker and the C library measure themselves;
/// std::random_device is redirected while recording.
bool asks_without_consequences(std::string_view path);

}  // namespace weft::inspect
