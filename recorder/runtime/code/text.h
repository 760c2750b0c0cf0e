/// Which memory is program text that may be patched: private, from a file, and never writable.
#pragma once

#include <cstdint>

namespace weft::runtime {

void note_text(uint64_t address, uint64_t bytes);
/// [begin, end) is something else now, or may be written to.
void forget_text(uint64_t begin, uint64_t end);
void forget_all_text();
bool is_patchable_text(uint64_t address);

}  // namespace weft::runtime
