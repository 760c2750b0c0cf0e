/// ELF images of which only what is mapped is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft::shell {

/// Appends one with the symbols of the dynamic linker and the unwind tables, as far as the program
/// headers lead to them. False if the image is no 64-bit ELF file.
bool add_section_table(std::vector<std::byte>& image);

/// Of an image, or its beginning: what programs get from it, offset and length. Around that a
/// mapping may hold zeros.
std::vector<std::pair<uint64_t, uint64_t>> loaded_ranges(std::vector<std::byte>& image);

}  // namespace weft::shell
