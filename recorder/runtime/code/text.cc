#include "recorder/runtime/code/text.h"

#include "recorder/runtime/ground/range_set.h"

namespace weft::runtime {

namespace {

RangeSet<1024> g_text;
RangeSet<128> g_covered;

}  // namespace

void note_text(uint64_t address, uint64_t bytes) {
  g_text.add(address, address + bytes);
}

void forget_text(uint64_t begin, uint64_t end) {
  g_text.subtract(begin, end);
  g_covered.subtract(begin, end);
}

void forget_all_text() {
  g_text.clear();
  g_covered.clear();
}

bool is_patchable_text(uint64_t address) {
  return g_text.contains(address, address + 1);
}

void note_covered(uint64_t begin, uint64_t end) {
  g_covered.add(begin, end);
}

void forget_covered(uint64_t begin, uint64_t end) {
  g_covered.subtract(begin, end);
}

bool is_covered(uint64_t begin, uint64_t end) {
  bool found = false;
  g_covered.intersect(begin, end, [&](uint64_t, uint64_t) { found = true; });
  return found;
}

}  // namespace weft::runtime
