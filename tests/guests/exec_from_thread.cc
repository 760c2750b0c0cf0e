// A thread execs while the others block: the new program has one thread, with the process's pid.
#include <sys/syscall.h>

#include <thread>

#include "guest.h"

int main(int argc, char** argv) {
  if (argc > 1) {
    expect(atoi(argv[1]) == getpid());
    expect(syscall(SYS_gettid) == getpid());
    return done();
  }
  std::thread sleeper([] { sleep_ms(100'000); });
  std::thread spinner(spin);
  std::thread caller([&] {
    sleep_ms(10);
    execl("/proc/self/exe", argv[0], std::to_string(getpid()).c_str(), nullptr);
    _exit(2);
  });
  caller.join();
}
