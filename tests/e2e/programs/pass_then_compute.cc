// Two threads pass a byte to and fro for a second; then one of them computes until SIGTERM comes,
// without a call. Says on stdout when which begins. With the argument "fork" a child does that, which
// is forked after they have passed a byte to and fro in the parent.
#include <signal.h>
#include <sys/wait.h>
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

static int pass_then(int (*what)()) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  std::thread echo([&] {
    for (char byte; read(there[0], &byte, 1) == 1;) {
      if (write(back[1], &byte, 1) != 1) break;
    }
  });
  char byte = 1;
  const double start = now();
  while (now() - start < 1) {
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) return 1;
  }
  const int status = what();
  close(there[1]);
  echo.join();
  return status;
}

static int compute() {
  volatile unsigned long value = 1;
  signal(SIGTERM, [](int) { g_enough = 1; });
  say("computes");
  for (unsigned long i = 0; g_enough == 0; ++i) value = value * 6364136223846793005u + i;
  printf("%lu\n", value);
  return 0;
}

static int pass_then_compute() {
  say("passes");
  return pass_then(compute);
}

static int in_child() {
  const pid_t child = fork();
  if (child == 0) _exit(pass_then_compute());
  int status = -1;
  return waitpid(child, &status, 0) == child ? status : 1;
}

int main(int argc, char**) {
  return argc > 1 ? pass_then(in_child) : pass_then_compute();
}
