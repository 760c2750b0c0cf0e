#include "recorder/runtime/image/first_stack.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/hooks/hooks.h"
#include "recorder/runtime/memory/map_calls.h"
#include "weft/abi/weft_abi.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr uint32_t kRseqFeatureSize = 27, kRseqAlign = 28, kLeastSignalStack = 51;
constexpr uint64_t kSetsFsBase = 2;  // HWCAP2_FSGSBASE; the other bit is Xeon Phi's user mwait
constexpr uint64_t kLeastStack = 1u << 20, kUnlimitedStack = 256u << 20;
constexpr uint64_t kLargestStack = 32ull << 30;  // room there is between heap_end and stack_end

struct AuxiliaryEntry {
  uint64_t type, value;
};
AuxiliaryEntry g_auxiliary[64];

/// The first stack, built downwards.
class StackBuilder {
 public:
  explicit StackBuilder(uint64_t top) : at_(top) {}
  uint64_t bytes(const void* from, uint64_t count) {
    at_ -= count;
    __builtin_memcpy(pointer_to<void>(at_), from, count);
    return at_;
  }
  uint64_t string(const char* text) { return bytes(text, __builtin_strlen(text) + 1); }
  void align(uint64_t alignment) { at_ &= ~(alignment - 1); }
  void word(uint64_t value) { bytes(&value, sizeof value); }
  uint64_t address() const { return at_; }
  void reserve(uint64_t count) { at_ -= count; }

 private:
  uint64_t at_;
};

uint64_t auxiliary_value(const AuxiliaryEntry& entry, const Image& program,
                         const Image& interpreter, uint64_t random, uint64_t path,
                         uint64_t platform) {
  switch (entry.type) {
    case AT_PHDR:
      return program.segments_address();
    case AT_PHNUM:
      return program.header.e_phnum;
    case AT_BASE:
      return program.interpreter[0] != 0 ? interpreter.base : 0;
    case AT_ENTRY:
      return program.entry();
    case AT_RANDOM:
      return random;
    case AT_EXECFN:
      return path;
    case AT_PLATFORM:
      return platform;
    case AT_HWCAP:
      return entry.value & shown_processor().words[static_cast<int>(cpu::Word::k1Edx)];
    case AT_HWCAP2:
      return entry.value & kSetsFsBase;
    case kLeastSignalStack:
      return cpu::least_signal_stack(shown_processor());
    case AT_UID:
      return static_cast<uint64_t>(raw(__NR_getuid));
    case AT_EUID:
      return static_cast<uint64_t>(raw(__NR_geteuid));
    case AT_GID:
      return static_cast<uint64_t>(raw(__NR_getgid));
    case AT_EGID:
      return static_cast<uint64_t>(raw(__NR_getegid));
    default:
      return entry.value;
  }
}

/// Pointers to strings that lie one after the other from `first` on.
void push_pointers(StackBuilder* stack, const char** list, int count, uint64_t first) {
  stack->word(0);
  uint64_t total = 0;
  for (int i = 0; i < count; ++i) total += __builtin_strlen(list[i]) + 1;
  for (int i = count - 1; i >= 0; --i) {
    total -= __builtin_strlen(list[i]) + 1;
    stack->word(first + total);
  }
}

uint64_t push_strings(StackBuilder* stack, const char** list, int count) {
  for (int i = count - 1; i >= 0; --i) stack->string(list[i]);
  return stack->address();
}

}  // namespace

/// PT_GNU_STACK says whether the stack is executable; without it it is, as in the kernel.
uint32_t stack_protection(const Image& image) {
  for (int i = 0; i < image.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image.segments[i];
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) == 0)
      return PROT_READ | PROT_WRITE;
  }
  return PROT_READ | PROT_WRITE | PROT_EXEC;
}

/// All of what the limit allows, since glibc tells programs that they have that much, and some use
/// it (Ruby). It costs what is touched.
uint64_t map_stack(uint32_t protection) {
  uint64_t limit[2] = {kUnlimitedStack, 0};
  raw(__NR_getrlimit, 3 /* RLIMIT_STACK */, address_of(limit));
  uint64_t bytes = limit[0] == UINT64_MAX ? kUnlimitedStack : limit[0];
  bytes = page_up(bytes < kLargestStack ? bytes : kLargestStack);
  // A limit of the address space, or strict accounting, may allow less.
  if (bytes < kLeastStack) bytes = kLeastStack;
  for (; bytes >= kLeastStack; bytes = page_up(bytes / 2)) {
    const uint64_t start = stack_end() - bytes;
    const long result =
        raw(__NR_mmap, start, bytes, protection,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (result == static_cast<long>(start)) return bytes;
  }
  return 0;
}

uint64_t build_stack(const Program& program, const Loaded& loaded, MemoryLayout* known) {
  StackBuilder stack(stack_end() - 8);
  const int argument_count = count_of(program.argv), environment_count = count_of(program.envp);
  const uint64_t path = stack.string(program.path);
  known->environment_end = path;
  known->environment_start = push_strings(&stack, program.envp, environment_count);
  known->argument_end = known->environment_start;
  known->argument_start = push_strings(&stack, program.argv, argument_count);
  const uint64_t platform = stack.string("x86_64");
  stack.align(16);
  stack.reserve(16);
  const uint64_t random = stack.address();
  raw(__NR_getrandom, random, 16, 0);

  AuxiliaryEntry vector[64];
  int entries = 0;
  for (const AuxiliaryEntry& entry : g_auxiliary) {
    if (entry.type == AT_NULL) break;
    if (entry.type == AT_SYSINFO_EHDR || entry.type == kRseqFeatureSize || entry.type == kRseqAlign)
      continue;
    vector[entries++] = {entry.type, auxiliary_value(entry, loaded.image, loaded.interpreter,
                                                     random, path, platform)};
  }
  if (loaded.vdso != 0) vector[entries++] = {AT_SYSINFO_EHDR, loaded.vdso};
  vector[entries++] = {WEFT_AUXV_TYPE, hook_table()};
  vector[entries++] = {AT_NULL, 0};
  const uint64_t words = static_cast<uint64_t>(entries) * 2 +
                         static_cast<uint64_t>(environment_count) + 1 +
                         static_cast<uint64_t>(argument_count) + 1 + 1;
  if (words % 2 != 0) stack.reserve(8);
  known->auxiliary = stack.bytes(vector, static_cast<uint64_t>(entries) * sizeof vector[0]);
  known->auxiliary_bytes = static_cast<uint32_t>(static_cast<uint64_t>(entries) * sizeof vector[0]);
  push_pointers(&stack, program.envp, environment_count, known->environment_start);
  push_pointers(&stack, program.argv, argument_count, known->argument_start);
  stack.word(static_cast<uint64_t>(argument_count));
  known->stack_start = stack.address();
  return stack.address();
}

void save_auxiliary_vector(const uint64_t* vector) {
  for (int i = 0; i < 63; ++i) {
    g_auxiliary[i] = {vector[2 * i], vector[2 * i + 1]};
    if (vector[2 * i] == AT_NULL) return;
  }
}

}  // namespace weft::runtime
