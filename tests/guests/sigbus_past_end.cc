// Touching a mapped page after the file's end is a SIGBUS with BUS_ADRERR, again and again.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static sigjmp_buf back;
static siginfo_t last;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    last = *info;
    siglongjmp(back, 1);
  };
  sigaction(SIGBUS, &action, nullptr);
  TempFile file;
  expect(ftruncate(file.fd, 4100) == 0);
  const int kinds[] = {MAP_PRIVATE, MAP_SHARED};
  for (volatile int kind = 0; kind < 2;) {
    char* map = static_cast<char*>(
        mmap(nullptr, 4 * 4096, PROT_READ | PROT_WRITE, kinds[kind], file.fd, 0));
    expect(map != MAP_FAILED && map[8191] == 0);
    for (int i = 2; i < 4; ++i) {
      if (sigsetjmp(back, 1) == 0) {
        map[i * 4096 + 8] = 1;
        expect(false);
      }
      expect(last.si_code == BUS_ADRERR && last.si_addr == map + i * 4096 + 8);
    }
    kind = kind + 1;
  }
  expect(ftruncate(file.fd, 4 * 4096) == 0);
  return done();
}
