// Questions to the processor in generated code that is written after other code in the same page was
// executed, or that nothing leads to but a register. And calls that write to such pages.
#include <sys/mman.h>
#include <sys/uio.h>

#include "guest.h"

using Function = uint64_t (*)();
using Asker = uint64_t (*)(uint64_t leaf);

// rdtsc; shl $32,%rdx; or %rdx,%rax; ret
constexpr uint8_t kTime[] = {0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3};
// A cpuid whose leaf is known; then one that takes it from %rdi, as the JVM has it.
constexpr uint8_t kAskers[] = {
    0x53, 0x31, 0xc0, 0x0f, 0xa2, 0x89, 0xd8, 0x5b, 0xc3,  // push; xor; cpuid; mov; pop; ret
    0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x55, 0x48,
    0x89,  // nops; push %rbp; mov %rsp,%rbp
    0xe5, 0x9c, 0x58, 0x48, 0x89, 0xc1, 0x48, 0x81, 0xf1,
    0x00,  // pushf; pop %rax; mov; xor $..,%rcx
    0x00, 0x24, 0x00, 0x51, 0x9d, 0x5d, 0x53, 0x56, 0x48,
    0x8b,  // push %rcx; popf; pop; push; push
    0xc7, 0x48, 0x8b, 0xf6, 0x0f, 0xa2, 0x89, 0xd8, 0x5e,
    0x5b,  // mov %rdi,%rax; cpuid; mov; pop; pop
    0xc3,  // ret
};
constexpr size_t kSecond = 35;  // push %rbx of the second one

template <size_t N>
static Function put(uint8_t* at, const uint8_t (&code)[N]) {
  memcpy(at, code, N);
  return reinterpret_cast<Function>(at);
}

int main() {
  void* memory = mmap(nullptr, 128 * 1024, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(memory != MAP_FAILED);
  auto* code = static_cast<uint8_t*>(memory);
  for (int i = 0; i < 8; ++i) show("written later", put(code + i * 64, kTime)());
  const uint64_t made_by = put(code + 4096, kAskers)();
  const auto asker = reinterpret_cast<Asker>(code + 4096 + kSecond);
  expect(asker(0) == made_by);
  show("processor", asker(1) >> 24);  // which one, among others
  // The kernel can write what was executed, and it can be executed again.
  const int zeros = open("/dev/zero", O_RDONLY);
  expect(read(zeros, code + 1024, 512) == 512 && code[1024] == 0);
  iovec part{code + 2048, 512};
  expect(readv(zeros, &part, 1) == 512);
  timespec* now = reinterpret_cast<timespec*>(code + 4096 + 1024);
  expect(clock_gettime(CLOCK_MONOTONIC, now) == 0);
  show("clock", static_cast<uint64_t>(now->tv_nsec));
  code[1024] = 0xc3;
  reinterpret_cast<void (*)()>(code + 1024)();
  for (int i = 0; i < 2000; ++i) {  // writes and executions to and fro
    code[8192 + i] = 0xc3;
    reinterpret_cast<void (*)()>(code + 8192 + i)();
  }
  return done();
}
