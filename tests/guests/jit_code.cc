// Code written at run time, with a system call in it, changed between runs, in RWX memory.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  auto* code = static_cast<unsigned char*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  expect(code != MAP_FAILED);
  const auto run = reinterpret_cast<long (*)()>(code);
  for (int round = 0; round < 50; ++round) {
    const unsigned char number = round % 2 ? SYS_getpid : SYS_getppid;
    const unsigned char body[] = {0xb8, number, 0, 0, 0, 0x0f, 0x05, 0xc3};
    memcpy(code, body, sizeof body);
    for (int i = 0; i < 3; ++i) expect(run() == (round % 2 ? getpid() : getppid()));
    const unsigned char plain[] = {0xb8, static_cast<unsigned char>(round), 0, 0, 0, 0xc3};
    memcpy(code, plain, sizeof plain);
    expect(run() == round);
  }
  return done();
}
