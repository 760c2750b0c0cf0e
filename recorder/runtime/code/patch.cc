#include "recorder/runtime/code/patch.h"

#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/map_lines.h"
#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

StubArea g_high_stubs, g_low_stubs;

namespace {

constexpr uint64_t kLowReach = 0x7000'0000;
constexpr int kMaxReplaced = 4096;

/// Sites of shape 2: `site` is patched over, its code goes on at `resume`.
struct Replaced {
  uint64_t site, resume;
};
Replaced g_replaced[kMaxReplaced];
int g_replaced_count;

class CodeWriter {
 public:
  explicit CodeWriter(uint64_t at) : at_(at) {}
  void bytes(const void* from, uint64_t count) {
    __builtin_memcpy(pointer_to<void>(at_), from, count);
    at_ += count;
  }
  void byte(uint8_t value) { bytes(&value, 1); }
  void relative(uint64_t target) {  // rel32 to `target`, at the end of an instruction
    const auto distance = static_cast<int32_t>(static_cast<int64_t>(target - (at_ + 4)));
    bytes(&distance, 4);
  }
  void jump_to(uint64_t target) {
    byte(0xe9);
    relative(target);
  }
  void load_rcx(uint64_t target) {  // lea target(%rip),%rcx
    constexpr uint8_t kLea[] = {0x48, 0x8d, 0x0d};
    bytes(kLea, sizeof kLea);
    relative(target);
  }
  void jump_to_entry() {  // jmp *%gs:8
    constexpr uint8_t kJump[] = {0x65, 0xff, 0x24, 0x25, 8, 0, 0, 0};
    bytes(kJump, sizeof kJump);
  }
  uint64_t at() const { return at_; }

 private:
  uint64_t at_;
};

StubArea* area_for(uint64_t site) {
  StubArea* area = site < kLowReach ? &g_low_stubs : &g_high_stubs;
  constexpr uint64_t kStubMost = 64;
  if (area->start == 0 || area->next + kStubMost > area->end) return nullptr;
  const uint64_t distance = site > area->start ? site - area->start : area->start - site;
  return distance < 0x7f00'0000 ? area : nullptr;
}

/// True if a jmp to a stub lies at `at`.
bool leads_to_stub(uint64_t at, const StubArea& area) {
  const auto* code = pointer_to<const uint8_t>(at);
  int32_t distance;
  __builtin_memcpy(&distance, code + 1, 4);
  const uint64_t target = at + 5 + static_cast<uint64_t>(static_cast<int64_t>(distance));
  return code[0] == 0xe9 && area.start <= target && target < area.end;
}

bool write_jump(uint64_t site, uint64_t stub) {
  const uint64_t page = site & ~(layout::kPage - 1);
  const uint64_t bytes = ((site + 8 - page) + layout::kPage - 1) & ~(layout::kPage - 1);
  if (raw(__NR_mprotect, page, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return false;
  CodeWriter(site).jump_to(stub);
  raw(__NR_mprotect, page, bytes, PROT_READ | PROT_EXEC);
  return true;
}

/// True if some thread will go on inside (begin, end).
bool somebody_stands_in(uint64_t begin, uint64_t end) {
  bool found = false;
  for_each_thread([&](const Thread* thread) {
    const uint64_t ip = thread->registers.rip;
    if (thread != current() && begin < ip && ip < end) found = true;
  });
  return found;
}

/// Bytes of the instruction before the syscall that loads `number`, the shapes 1 and 1b; else 0.
uint64_t bytes_of_move(const uint8_t* code, uint32_t number) {
  uint32_t loaded;
  __builtin_memcpy(&loaded, code - 6, 4);
  if (loaded != number) return 0;
  if (code[-9] == 0x48 && code[-8] == 0xc7 && code[-7] == 0xc0) return 7;
  return code[-7] == 0xb8 ? 5 : 0;
}

uint64_t patch_move(uint64_t ip, uint64_t move_bytes, StubArea* area) {
  const uint64_t begin = ip - 2 - move_bytes;
  CodeWriter stub(area->next);
  stub.bytes(pointer_to<void>(begin), move_bytes);
  stub.load_rcx(ip);
  stub.jump_to_entry();
  if (!somebody_stands_in(begin, ip - 2) && write_jump(begin, area->next)) area->next = stub.at();
  return ip;
}

uint64_t patch_compare(uint64_t ip, StubArea* area) {
  if (g_replaced_count == kMaxReplaced || somebody_stands_in(ip - 2, ip + 6)) return ip;
  CodeWriter stub(area->next);
  const uint64_t resume = area->next + 7 + 8 + 8;
  stub.load_rcx(resume);
  stub.jump_to_entry();
  stub.bytes(&ip, 8);
  stub.bytes(pointer_to<void>(ip), 6);
  stub.jump_to(ip + 6);
  if (!write_jump(ip - 2, area->next)) return ip;
  area->next = stub.at();
  g_replaced[g_replaced_count++] = {ip, resume};
  return resume;
}

void map_area(StubArea* area, uint64_t start, uint64_t bytes) {
  const long result = raw(__NR_mmap, start, bytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  *area = result == static_cast<long>(start) ? StubArea{start, start + bytes, start} : StubArea{};
}

}  // namespace

void map_stubs() {
  g_replaced_count = 0;
  g_low_stubs = {};
  map_area(&g_high_stubs, stub_area(), kStubBytes);
  raw(__NR_mmap, replacement_code(), layout::kPage + kStateStubBytes,
      PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

void map_low_stubs() {
  map_area(&g_low_stubs, layout::kLowStubs, layout::kLowStubBytes);
}

void keep_low_stubs_if_needed() {
  if (g_low_stubs.start == 0) return;
  map_lines().read("");
  for (const MapLine& line : map_lines()) {
    const bool is_stubs = line.begin >= g_low_stubs.start && line.end <= g_low_stubs.end;
    if (!is_stubs && line.begin < layout::kLogAddress) return;
  }
  raw(__NR_munmap, g_low_stubs.start, g_low_stubs.end - g_low_stubs.start);
  g_low_stubs = {};
}

uint64_t patch_site(uint64_t ip, uint32_t number) {
  if (g_state.leaves_text) return ip;
  const uint64_t known = resume_address(ip);
  if (known != ip) return known;
  // These return in other ways than a call does, in another process, or on another stack: clone3,
  // which the program does not have, works in its unrecorded children.
  if (number == __NR_clone || number == __NR_clone3 || number == __NR_vfork ||
      number == __NR_fork || number == __NR_rt_sigreturn || number == __NR_exit) {
    return ip;
  }
  StubArea* area = area_for(ip);
  if (area == nullptr || !is_patchable_text(ip - 9) || !is_patchable_text(ip + 8)) return ip;
  if (is_covered(ip - 9, ip + 8)) return ip;
  const auto* code = pointer_to<const uint8_t>(ip);
  // Shape 1 or 1b already; somebody jumped straight to the syscall.
  if (leads_to_stub(ip - 7, *area) || leads_to_stub(ip - 9, *area)) return ip;
  if (const uint64_t bytes = bytes_of_move(code, number)) return patch_move(ip, bytes, area);
  if (code[0] == 0x48 && code[1] == 0x3d) return patch_compare(ip, area);
  return ip;
}

uint64_t resume_address(uint64_t ip) {
  for (int i = 0; i < g_replaced_count; ++i) {
    if (g_replaced[i].site == ip) return g_replaced[i].resume;
  }
  return ip;
}

}  // namespace weft::runtime
