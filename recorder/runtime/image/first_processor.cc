#include "recorder/runtime/image/first_processor.h"

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

struct Processors {
  bool pinned;
  long bytes;  // of the set, as the kernel has it
  uint64_t allowed[128];
};
Processors g_processors;

}  // namespace

void pin_processor() {
  Processors& all = g_processors;
  if (all.pinned) return;
  all.bytes = raw(__NR_sched_getaffinity, 0, sizeof all.allowed, address_of(all.allowed));
  if (is_error(all.bytes)) return;
  static uint64_t one[128];
  for (uint64_t& word : one) word = 0;
  for (int i = 0; i < 128; ++i) {
    if (all.allowed[i] == 0) continue;
    one[i] = all.allowed[i] & -all.allowed[i];  // the lowest
    break;
  }
  all.pinned =
      raw(__NR_sched_setaffinity, 0, static_cast<uint64_t>(all.bytes), address_of(one)) == 0;
}

void release_processor() {
  Processors& all = g_processors;
  if (!all.pinned) return;
  all.pinned = false;
  raw(__NR_sched_setaffinity, 0, static_cast<uint64_t>(all.bytes), address_of(all.allowed));
}

}  // namespace weft::runtime
