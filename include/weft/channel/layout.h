/// Where things lie in the address space of a recorded or replayed program.
///
///   0x0000_0001_0000  non-PIE programs at the addresses that they were linked for
///   0x2d00_0000_0000  replay: the log (read-only, shared)
///   0x2e00_0000_0000  channel: RecordChannel + ring twice, or ReplayChannel
///   0x2e40_0000_0000  record: the channels of child processes (process_pool.h)
///   0x2f00_0000_0000  weft-runtime itself (text, data), then its own memory
///   0x3000_0000_0000  the program: everything that the runtime places
///   0x7f.._...._....  what the kernel placed for weft-runtime (stack, vdso): never the program's
///
/// AddressSanitizer's shadow memory, 0x0000_7fff_8000 to 0x1000_7fff_8000, is where nothing of
/// these is.
///
/// The kernel's own choices start at the top of the address space and at 0x5555_...; none of these
/// ranges is ever chosen by it on x86-64, so an address is the same in every run.
#pragma once

#include <cstdint>

namespace weft::layout {

inline constexpr uint64_t kPage = 4096;
inline constexpr uint64_t kLogAddress = 0x2d00'0000'0000;
inline constexpr uint64_t kChannelAddress = 0x2e00'0000'0000;
inline constexpr uint64_t kStepsAddress =
    0x2e80'0000'0000;  ///< replay: StepRecords, when asked for
inline constexpr uint64_t kProbesAddress =
    0x2ec0'0000'0000;  ///< replay: a ProbeArea, if it has one
inline constexpr uint64_t kRuntimeAddress = 0x2f00'0000'0000;  ///< -Ttext-segment of weft-runtime
inline constexpr uint64_t kRuntimeMemory = 0x2f80'0000'0000;   ///< thread blocks and stacks
inline constexpr uint64_t kRuntimeEnd = 0x3000'0000'0000;
inline constexpr uint64_t kProgramStart = 0x3000'0000'0000;
inline constexpr uint64_t kProgramEnd = 0x5000'0000'0000;

/// Where the program lies in a trace of that format (weft/trace/chunk_format.h).
constexpr uint64_t program_start(uint32_t format_version) {
  return format_version == 1 ? 0x1000'0000'0000 : kProgramStart;
}

/// The jumps that weft puts in the place of system call instructions lead to stubs: in one area at
/// the start of the program's range, and in one below programs that are linked for low addresses.
inline constexpr uint64_t kStubArea = 1u << 20;
inline constexpr uint64_t kLowStubs = 0x20000;
inline constexpr uint64_t kLowStubBytes = 128 * 1024;

/// The page boundary at or below, at or above.
constexpr uint64_t page_down(uint64_t value) {
  return value & ~(kPage - 1);
}
constexpr uint64_t page_up(uint64_t value) {
  return page_down(value + kPage - 1);
}

}  // namespace weft::layout
