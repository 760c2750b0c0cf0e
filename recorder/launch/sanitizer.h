/// Which sanitizer a program was built with: some run only at the addresses that the kernel
/// chooses.
#pragma once

#include <string_view>

namespace weft::launch {

/// "ThreadSanitizer" or "MemorySanitizer" if the ELF file behind `fd` needs one, by the names that
/// its dynamic symbols have; empty if not. The file is not trusted.
std::string_view sanitizer_of(int fd);

}  // namespace weft::launch
