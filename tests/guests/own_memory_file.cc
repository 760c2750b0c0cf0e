// The program writes to its own memory through /proc/self/mem: variables, and code in pages that
// it may not write to.
#include <sys/mman.h>
#include <sys/uio.h>

#include "guest.h"

static off_t at(const volatile void* address) {
  return static_cast<off_t>(reinterpret_cast<uintptr_t>(address));
}

/// mov $seed,%eax; ret, with a seed of the kernel's, written to `page` and run.
static void run_written(int memory, void* page) {
  unsigned char code[] = {0xb8, 0, 0, 0, 0, 0xc3};
  const int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  expect(read(random, code + 1, 4) == 4);
  close(random);
  expect(pwrite(memory, code, sizeof code, at(page)) == static_cast<ssize_t>(sizeof code));
  unsigned seed = 0;
  memcpy(&seed, code + 1, sizeof seed);
  expect(reinterpret_cast<unsigned (*)()>(page)() == seed);
  show("seed", seed);
}

int main() {
  const int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  expect(memory >= 0);
  volatile uint64_t word = 1;
  uint64_t next = now_ns();
  expect(pwrite(memory, &next, 8, at(&word)) == 8 && word == next);
  show("pwrite", word);
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(page != MAP_FAILED);
  for (int i = 0; i < 3; ++i) run_written(memory, page);
  uint64_t parts[2] = {now_ns(), now_ns()};
  volatile uint64_t words[2] = {};
  const iovec vector[2] = {{&parts[0], 8}, {&parts[1], 8}};
  expect(pwritev(memory, vector, 2, at(words)) == 16 && words[0] == parts[0]);
  expect(words[1] == parts[1]);
  show("pwritev", words[1]);
  expect(lseek(memory, at(&word), SEEK_SET) == at(&word));
  next = now_ns();
  expect(write(memory, &next, 8) == 8 && word == next);
  show("write", word);
  const std::string own =
      "/proc/" + std::to_string(getpid()) + "/task/" + std::to_string(gettid()) + "/mem";
  const int of_thread = open(own.c_str(), O_WRONLY | O_CLOEXEC);
  next = now_ns();
  expect(pwrite(of_thread, &next, 8, at(&word)) == 8 && word == next);
  expect(pwrite(memory, &next, 8, 8) == -1 && errno == EIO);
  return done();
}
