#include "recorder/runtime/sites/random_device.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

/// unsigned getval(): { unsigned value; getrandom(&value, 4, 0); return value; }
constexpr uint8_t kReplacement[] = {
    0x6a, 0x00,                    // push $0
    0x48, 0x89, 0xe7,              // mov %rsp,%rdi
    0xbe, 0x04, 0x00, 0x00, 0x00,  // mov $4,%esi
    0x31, 0xd2,                    // xor %edx,%edx
    0xb8, 0x3e, 0x01, 0x00, 0x00,  // mov $318,%eax
    0x0f, 0x05,                    // syscall
    0x58,                          // pop %rax
    0xc3,                          // ret
};

}  // namespace

void replace_random_device(const Thread* thread, const FileMapping& mapping,
                           const FunctionTable& functions) {
  const uint64_t function = functions[Function::kRandomDevice];
  if (function == 0) return;
  const uint64_t code = replacement_code();
  const auto distance = static_cast<int64_t>(code - (function + 5));
  if (distance != static_cast<int32_t>(distance)) return;
  __builtin_memcpy(pointer_to<void>(code), kReplacement, sizeof kReplacement);
  write_data_events(thread, code, sizeof kReplacement);
  raw(__NR_mprotect, mapping.address, mapping.bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
  const auto relative = static_cast<int32_t>(distance);
  *pointer_to<uint8_t>(function) = 0xe9;  // jmp
  __builtin_memcpy(pointer_to<void>(function + 1), &relative, sizeof relative);
  raw(__NR_mprotect, mapping.address, mapping.bytes, mapping.protection);
  write_data_events(thread, function, 5);
}

}  // namespace weft::runtime
