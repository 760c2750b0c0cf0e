/// The words of arguments that are numbers with names: O_CLOEXEC, PROT_READ, CLOCK_MONOTONIC.
#pragma once

#include <cstdint>
#include <string>

namespace weft::inspect {

/// "O_WRONLY|O_CREAT", for argument `index` of the call; bits without a name are left in
/// hexadecimal. Empty if there are no words for this argument.
std::string flag_words(uint16_t call, unsigned index, uint64_t value);

}  // namespace weft::inspect
