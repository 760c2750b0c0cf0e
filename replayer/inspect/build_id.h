/// The build-id of an ELF image, from what a trace holds of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace weft::inspect {

/// `image` is the beginning of a file. Is that an ELF image?
bool is_elf(std::span<const std::byte> image);

/// `image` is the beginning of a file. Hexadecimal digits of its NT_GNU_BUILD_ID note; empty if it
/// is no 64-bit ELF file, or has no such note within `image`. Any input is safe.
std::string build_id_of(std::span<const std::byte> image);

}  // namespace weft::inspect
