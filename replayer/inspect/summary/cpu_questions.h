/// Instructions by which a program asks the CPU for something that no recorder sees: random numbers
/// (rdrand, rdseed).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weft::inspect {

/// True if they are in bytes of a file, wherever its text may be. Three bytes may be anything, so
/// they only count if the carry flag is looked at within the next few instructions. Finds no other
/// use, then.
bool asks_for_random_numbers(std::span<const std::byte> bytes);

/// Files whose questions change nothing: the dynamic linker and the C library do not use the
/// answers; std::random_device is redirected while recording.
bool asks_without_consequences(std::string_view path);

}  // namespace weft::inspect
