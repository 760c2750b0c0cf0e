/// Which memory is program text that may be patched: private, from a file, and never writable.
#pragma once

#include <cstdint>

namespace weft::runtime {

void note_text(uint64_t address, uint64_t bytes);
/// [begin, end) is something else now, or may be written to.
void forget_text(uint64_t begin, uint64_t end);
void forget_all_text();
bool is_patchable_text(uint64_t address);

/// A jump of weft's covers [begin, end): no other one may be put there.
void note_covered(uint64_t begin, uint64_t end);
/// It was taken away.
void forget_covered(uint64_t begin, uint64_t end);
/// True if one covers some of it.
bool is_covered(uint64_t begin, uint64_t end);

}  // namespace weft::runtime
