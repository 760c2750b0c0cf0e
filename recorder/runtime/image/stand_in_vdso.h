/// A page in place of the kernel's vDSO, for programs that look into it without asking whether
/// there is one (AT_SYSINFO_EHDR).
///
/// It is a shared object like any other, with all tables that one has, and with no functions: as on
/// a kernel that is older than whichever one is looked for. So clocks are asked by system calls,
/// which weft sees.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Record: maps its page for a new program image, to be read and executed. 0 if there is no memory,
/// else its address.
uint64_t map_stand_in_vdso();

}  // namespace weft::runtime
