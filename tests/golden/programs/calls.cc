// Calls of many kinds, one thread: clocks, random bytes, a pipe, memory, a path, errors, a refused
// call, a call that blocks, a signal with its handler. Ends with status 3.
#include "freestanding.h"

namespace {

volatile int seen;

void on_signal(int signal) {
  seen = signal;  // no call: the frame's size, and so the stack here, depends on the CPU
}

struct Action {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

}  // namespace

extern "C" void restore();
asm("restore: mov $15,%eax\n syscall\n");

extern "C" void start(const unsigned long*) {
  unsigned long words[2] = {};
  call(228 /* clock_gettime */, 1, address_of(words));
  show("clock", words[0] * 1000000000 + words[1]);
  call(96 /* gettimeofday */, address_of(words), 0);
  show("time of day", words[0] * 1000000 + words[1]);
  call(318 /* getrandom */, address_of(words), 16, 0);
  show("random", words[0] ^ words[1]);
  show("pid", static_cast<unsigned long>(call(39 /* getpid */)));
  int ends[2];
  call(293 /* pipe2 */, address_of(ends), 0);
  char bytes[256];
  for (int i = 0; i < 5; ++i) {
    call(1 /* write */, ends[1], address_of("through a pipe"), 14);
    show("read", static_cast<unsigned long>(call(0 /* read */, ends[0], address_of(bytes), 256)));
  }
  const unsigned long iov[4] = {static_cast<unsigned long>(address_of("gathered ")), 9,
                                static_cast<unsigned long>(address_of("write")), 5};
  call(20 /* writev */, ends[1], address_of(iov), 2);
  call(0 /* read */, ends[0], address_of(bytes), 256);
  const long memory = call(9 /* mmap */, 0, 8192, 3, 0x22, -1, 0);
  *reinterpret_cast<volatile long*>(memory + 4096) = memory;
  show("memory", static_cast<unsigned long>(memory));
  call(11 /* munmap */, memory, 8192);
  call(257 /* openat */, -100, address_of("/no/such/file"), 0, 0);
  call(101 /* ptrace */, 0, 0, 0, 0);
  const long pause[2] = {0, 1000000};
  call(230 /* clock_nanosleep */, 1, 0, address_of(pause), 0);
  const Action action{on_signal, 0x04000000 /* SA_RESTORER */, restore, 0};
  call(13 /* rt_sigaction */, 10 /* SIGUSR1 */, address_of(&action), 0, 8);
  call(62 /* kill */, call(39), 10);
  show("signal", static_cast<unsigned long>(seen));
  end(3);
}
