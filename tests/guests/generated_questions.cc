// Generated code that asks the processor (rdtsc, cpuid, rdrand), in memory that is writable and
// executable, that becomes executable later, and on two pages. A forked child executes it too.
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

using Function = uint64_t (*)();

// rdtsc; shl $32,%rdx; or %rdx,%rax; ret, and 0f 31 as a constant before it
constexpr uint8_t kTime[] = {0xb8, 0x0f, 0x31, 0x0f, 0xa2, 0x0f, 0x31, 0x48,
                             0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3};
// push %rbx; xor %eax,%eax; cpuid; mov %ebx,%eax; pop %rbx; ret
constexpr uint8_t kMaker[] = {0x53, 0x31, 0xc0, 0x0f, 0xa2, 0x89, 0xd8, 0x5b, 0xc3};
// mov $0xa20f,%eax; ret
constexpr uint8_t kConstant[] = {0xb8, 0x0f, 0xa2, 0, 0, 0xc3};

static uint8_t* map(int protection) {
  void* memory = mmap(nullptr, 128 * 1024, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(memory != MAP_FAILED);
  return static_cast<uint8_t*>(memory);
}

template <size_t N>
static Function put(uint8_t* at, const uint8_t (&code)[N]) {
  memcpy(at, code, N);
  return reinterpret_cast<Function>(at);
}

int main() {
  const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
  uint8_t* code = map(all);
  const Function time = put(code, kTime);
  const Function maker = put(code + 65536, kMaker);
  const Function constant = put(code + 65536 + 64, kConstant);
  show("first", time());
  show("second", time());
  const uint64_t made_by = maker();
  expect(constant() == 0xa20f && made_by != 0);

  uint8_t* later = map(PROT_READ | PROT_WRITE);
  const Function later_time = put(later + 4096 - 6, kTime);  // rdtsc lies on two pages
  expect(mprotect(later, 8192, PROT_READ | PROT_EXEC) == 0);
  show("later", later_time());
  expect(mprotect(later, 8192, PROT_READ | PROT_WRITE) == 0);
  const Function later_maker = put(later, kMaker);
  expect(mprotect(later, 8192, PROT_READ | PROT_EXEC) == 0);
  expect(later_maker() == made_by);

  uint8_t* unused = map(all);
  const Function in_child = put(unused, kTime);
  const pid_t child = fork();
  if (child == 0) _exit(in_child() != 0 && time() != 0 && maker() == made_by ? 7 : 1);
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  void* moved = mremap(unused, 128 * 1024, 256 * 1024, MREMAP_MAYMOVE);
  expect(moved != MAP_FAILED);
  show("moved", reinterpret_cast<Function>(moved)());
  return done();
}
