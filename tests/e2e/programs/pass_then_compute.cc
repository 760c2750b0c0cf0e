// Two threads pass a byte to and fro for a second; then one of them computes until SIGTERM comes,
// without a call. Says on stdout when which begins.
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

static volatile sig_atomic_t g_enough = 0;

static double now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

static void say(const char* what) {
  printf("%s %d\n", what, getpid());
  fflush(stdout);
}

int main() {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  std::thread echo([&] {
    for (char byte; read(there[0], &byte, 1) == 1;) {
      if (write(back[1], &byte, 1) != 1) break;
    }
  });
  char byte = 1;
  long passes = 0;
  say("passes");
  const double start = now();
  for (; now() - start < 1; ++passes) {
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) return 1;
  }
  const double each = (now() - start) / static_cast<double>(passes);
  volatile unsigned long value = 1;
  signal(SIGTERM, [](int) { g_enough = 1; });
  say("computes");
  for (unsigned long i = 0; g_enough == 0; ++i) value = value * 6364136223846793005u + i;
  close(there[1]);
  echo.join();
  printf("%lu after %ld passes, %.0f ns each\n", value, passes, each * 1e9);
}
