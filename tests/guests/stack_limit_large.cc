// With a stack limit of 1 GiB, the first thread may use all that glibc says there is of it.
#include <pthread.h>
#include <sys/resource.h>

#include "guest.h"

static uint64_t depth_reached;

/// Uses 64 KiB of stack a level.
__attribute__((noinline)) static uint64_t recurse(int levels) {
  volatile char frame[65536];
  frame[0] = static_cast<char>(levels);
  ++depth_reached;
  const uint64_t below = levels > 0 ? recurse(levels - 1) : now_ns();
  return below + static_cast<uint64_t>(frame[0] - static_cast<char>(levels));
}

int main(int argc, char** argv) {
  rlimit limit{};
  expect(getrlimit(RLIMIT_STACK, &limit) == 0);
  if (argc == 1) {
    limit.rlim_cur = limit.rlim_max < (1u << 30) ? limit.rlim_max : 1u << 30;
    expect(setrlimit(RLIMIT_STACK, &limit) == 0);
    execl("/proc/self/exe", argv[0], "again", nullptr);
    return 2;
  }
  pthread_attr_t attributes;
  expect(pthread_getattr_np(pthread_self(), &attributes) == 0);
  void* address = nullptr;
  size_t bytes = 0;
  expect(pthread_attr_getstack(&attributes, &address, &bytes) == 0);
  pthread_attr_destroy(&attributes);
  show("bytes", bytes);
  const auto levels = static_cast<int>(bytes / 65536 / 4);
  show("time", recurse(levels));
  show("depth", depth_reached);
  // As Ruby does: the lowest page, without what lies between.
  if (bytes > (64u << 20)) static_cast<volatile char*>(address)[65536] = 1;
  return done();
}
