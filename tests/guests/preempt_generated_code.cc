// A worker computes in code that the program has made: it is preempted in memory that can be written.
#include <sys/mman.h>

#include <atomic>
#include <thread>

#include "guest.h"

/// Counts in *rsi, with 200 rounds of an inner loop each, until the byte at rdi is set.
static constexpr unsigned char kCode[] = {
    0x48, 0x83, 0x06, 0x01,        // addq $1,(%rsi)
    0xb9, 0xc8, 0x00, 0x00, 0x00,  // mov $200,%ecx
    0xff, 0xc9,                    // dec %ecx
    0x75, 0xfc,                    // jnz
    0x80, 0x3f, 0x00,              // cmpb $0,(%rdi)
    0x74, 0xee,                    // je
    0xc3,                          // ret
};

static std::atomic<bool> stop;

int main() {
  void* page =
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(page, kCode, sizeof kCode);
  // The counter is beside the code.
  auto* count = reinterpret_cast<std::atomic<uint64_t>*>(static_cast<char*>(page) + 2048);
  std::thread worker(reinterpret_cast<void (*)(std::atomic<bool>*, std::atomic<uint64_t>*)>(page),
                     &stop, count);
  for (int i = 0; i < 10; ++i) {
    sleep_ms(3);
    show("rounds", *count);
  }
  stop = true;
  worker.join();
  return done();
}
