#include "recorder/runtime/memory/execution_watch.h"

#include "recorder/runtime/sites/generated_code.h"

namespace weft::runtime {

uint64_t protection_to_set(uint64_t protection) {
  return protection_before_execution(protection);
}

void protection_was_set(uint64_t begin, uint64_t end, uint64_t protection, CodeAge age) {
  expect_execution(begin, end, protection, age);
}

uint64_t protection_that_moves(uint64_t begin, uint64_t end) {
  return take_generated_code(begin, end);
}

}  // namespace weft::runtime
