/// Where weft's hooks are: the table of weft_abi.h, or null if the program is not recorded.
///
/// C++11, freestanding but for getauxval(3). Included by everything that calls a hook; a hook is
/// then `if (const weft_abi* weft = table()) weft->...`: a load and a branch when not recorded.
///
/// A test has no recorder: it defines WEFT_INSTRUMENT_TABLE as the name of a function
/// `extern "C" const weft_abi* NAME()` of its own, which is asked in place of the auxiliary vector.
#pragma once
#pragma GCC system_header

#include "weft/abi/weft_abi.h"

// As <sys/auxv.h> has it, which would bring all macros of <elf.h> into the user's file.
extern "C" unsigned long getauxval(unsigned long type) noexcept;

#ifdef WEFT_INSTRUMENT_TABLE
extern "C" const weft_abi* WEFT_INSTRUMENT_TABLE();
#endif

namespace weft {
namespace instrument {

/// The table of this process, if its meaning is the one that this header was written for.
inline const weft_abi* find_table() noexcept {
#ifdef WEFT_INSTRUMENT_TABLE
  const weft_abi* table = WEFT_INSTRUMENT_TABLE();
#else
  const weft_abi* table = reinterpret_cast<const weft_abi*>(getauxval(WEFT_AUXV_TYPE));
#endif
  const bool usable =
      table != nullptr && table->version == WEFT_ABI_VERSION && table->bytes >= sizeof(weft_abi);
  return usable ? table : nullptr;
}

// Tells the compiler that the program is usually not recorded: the code in `if (table())` is moved
// out of the way of the rest, which then has one jump less to take. This is a macro, as a function
// would cost compile time in every file.
#define WEFT_INSTRUMENT_RARELY(table) \
  reinterpret_cast<const weft_abi*>(__builtin_expect(reinterpret_cast<long>(table), 0))

// Null until the dynamic initialisation of the first instrumented translation unit: what runs
// before that is not seen.
#if __cplusplus >= 201703L
inline const weft_abi* const found_table = find_table();
inline const weft_abi* table() noexcept {
  return WEFT_INSTRUMENT_RARELY(found_table);
}
#else
template <class Unused>
struct FoundTable {
  static const weft_abi* const value;
};
template <class Unused>
const weft_abi* const FoundTable<Unused>::value = find_table();
inline const weft_abi* table() noexcept {
  return WEFT_INSTRUMENT_RARELY(FoundTable<void>::value);
}
#endif

}  // namespace instrument
}  // namespace weft
