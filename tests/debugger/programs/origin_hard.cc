// Values whose origin is easily mistaken: prefixes of instructions, parts of registers, registers
// that no operand names, memory that was replaced.
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>

constexpr size_t kPage = 4096;

std::atomic<int> g_counter;
std::atomic<long> g_slot;
int g_ticket;
uint64_t g_mixed, g_narrow, g_left_over;
uint16_t g_segment;
alignas(16) uint64_t g_pair[2] = {1, 2};
alignas(16) uint64_t g_through_vector[2];
int *g_dropped, *g_again, *g_first_view, *g_second_view, *g_moved, *g_heap;

int* map(size_t bytes, int flags = MAP_PRIVATE | MAP_ANONYMOUS, int fd = -1, void* at = nullptr) {
  return static_cast<int*>(mmap(at, bytes, PROT_READ | PROT_WRITE, flags, fd, 0));
}

void take_ticket(int tickets) {
  g_ticket = g_counter.fetch_add(tickets);
}

void fail_to_swap() {
  long other = 99;
  g_slot.compare_exchange_strong(other, 123);
}

void mix() {
  asm volatile("movq $0x1234, %%rax; movb $7, %%al; movq %%rax, %0" : "=m"(g_mixed)::"rax");
  asm volatile("movl $0x11, %%eax; movzbl %%al, %%eax; movq %%rax, %0" : "=m"(g_narrow)::"rax");
  asm volatile("movq $3, %%rcx; 1: loop 1b; movq %%rcx, %0" : "=m"(g_left_over)::"rcx");
  asm volatile("movw %%fs, %0" : "=m"(g_segment));
}

void swap_pair() {
  asm volatile(
      "movq $1, %%rax; movq $2, %%rdx; movq $11, %%rbx; movq $22, %%rcx; lock cmpxchg16b %0"
      : "+m"(g_pair)::"rax", "rbx", "rcx", "rdx", "cc", "memory");
}

void through_vector() {
  asm volatile("movdqa %1, %%xmm3; movdqa %%xmm3, %%xmm4; movups %%xmm4, %0"
               : "=m"(g_through_vector)
               : "m"(g_pair)
               : "xmm3", "xmm4");
}

void replace_memory() {
  g_dropped = map(kPage);
  g_dropped[0] = 41;
  madvise(g_dropped, kPage, MADV_DONTNEED);
  g_again = map(kPage);
  g_again[0] = 42;
  munmap(g_again, kPage);
  map(kPage, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, g_again);
  const int file = memfd_create("shared", 0);
  if (ftruncate(file, kPage) != 0) return;
  g_first_view = map(kPage, MAP_SHARED, file);
  g_second_view = map(kPage, MAP_SHARED, file);
  g_first_view[0] = 43;
  g_second_view[0] = 44;
  int* old = map(kPage);
  int* room = map(2 * kPage);
  old[1] = 45;
  g_moved = static_cast<int*>(mremap(old, kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, room));
  g_heap = static_cast<int*>(sbrk(kPage));
  g_heap[0] = 46;
  sbrk(-static_cast<intptr_t>(kPage));
  sbrk(kPage);
}

int main() {
  g_counter = 5;
  g_slot = 17;
  take_ticket(7);
  fail_to_swap();
  mix();
  swap_pair();
  through_vector();
  replace_memory();
  std::puts("done");
  return 0;
}
