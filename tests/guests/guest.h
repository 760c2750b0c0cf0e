/// What every guest shares: checks of its own results, and ways to print what differs from run to
/// run.
#pragma once

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <source_location>
#include <string>

/// Ends the guest with status 1, saying where, unless `ok`.
inline void expect(bool ok, std::source_location at = std::source_location::current()) {
  if (ok) return;
  const int error = errno;
  dprintf(2, "%s:%u: not as expected (errno %d, %s)\n", at.file_name(), at.line(), error,
          strerror(error));
  _exit(1);
}

/// CLOCK_MONOTONIC in nanoseconds.
inline uint64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

inline void sleep_ms(long ms) {
  timespec t{ms / 1000, ms % 1000 * 1'000'000};
  while (nanosleep(&t, &t) != 0) {
  }
}

/// Runs without a system call until something from outside ends it.
[[noreturn]] inline void spin() {
  for (volatile uint64_t count = 0;;) count = count + 1;
}

inline constexpr uint64_t kHashStart = 0xcbf29ce484222325;

/// FNV-1a of `size` bytes, going on from `hash`.
inline uint64_t hash_bytes(const void* data, size_t size, uint64_t hash = kHashStart) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash;
}

/// Prints "name value" at once, so that a guest which dies has said it.
inline void show(const char* name, uint64_t value) {
  printf("%s %llu\n", name, static_cast<unsigned long long>(value));
  fflush(stdout);
}

/// An open file of no bytes in $TMPDIR or /tmp; the guest removes `path`.
struct TempFile {
  std::string path;
  int fd;
  TempFile() {
    const char* dir = getenv("TMPDIR");
    path = std::string(dir != nullptr ? dir : "/tmp") + "/guest-XXXXXX";
    fd = mkstemp(path.data());
    expect(fd >= 0);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() {
    close(fd);
    unlink(path.c_str());
  }
};

/// The end of a guest that cannot test here what it is for.
[[noreturn]] inline void not_tested(const char* why) {
  dprintf(2, "not tested: %s\n", why);
  _exit(77);
}

/// The last line of a guest: what no two runs have in common, so that only an exact replay prints
/// it.
inline int done() {
  int on_stack = 0;
  printf("done pid %d stack %p time %llu\n", getpid(), static_cast<void*>(&on_stack),
         static_cast<unsigned long long>(now_ns()));
  return 0;
}
