// rdtsc, rdtscp and cpuid in program code: time stamps never go back, and replay has the same ones.
// A forked child, which is not recorded, has real ones, also when text with such instructions is
// gone.
#include <cpuid.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <x86intrin.h>

#include "guest.h"

static uint64_t hash_of_time_stamps(int count) {
  uint64_t hash = kHashStart, last = 0;
  for (int i = 0; i < count; ++i) {
    unsigned processor = 0;
    const uint64_t now = i % 2 ? __rdtsc() : __rdtscp(&processor);
    expect(now >= last);
    last = now;
    hash = hash_bytes(&now, sizeof now, hash);
  }
  return hash;
}

/// This program's file once more, as a library would be that is loaded and closed.
static void map_text_for_a_moment() {
  const int fd = open("/proc/self/exe", O_RDONLY);
  const auto bytes = static_cast<size_t>(lseek(fd, 0, SEEK_END));
  void* text = mmap(nullptr, bytes, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  expect(text != MAP_FAILED && munmap(text, bytes) == 0 && close(fd) == 0);
}

int main() {
  map_text_for_a_moment();
  show("time stamps", hash_of_time_stamps(1000));
  const pid_t child = fork();
  if (child == 0) _exit(hash_of_time_stamps(10) != 0 ? 7 : 1);
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  unsigned a = 0, b = 0, c = 0, d = 0;
  expect(__get_cpuid(0, &a, &b, &c, &d) == 1 && a > 0);
  return done();
}
