// Threads that hand over often see their own processors, and so do their children.
#include <sched.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "guest.h"

static cpu_set_t g_all;
static int g_there[2], g_back[2];

static bool may_use_all(pid_t thread) {
  cpu_set_t now;
  return sched_getaffinity(thread, sizeof now, &now) == 0 && CPU_EQUAL(&now, &g_all);
}

static std::string allowed_list() {
  std::ifstream status("/proc/thread-self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Cpus_allowed:")) return line;
  return "";
}

static void pass_to_and_fro(int times) {
  char byte = 1;
  for (int i = 0; i < times; ++i)
    expect(write(g_there[1], &byte, 1) == 1 && read(g_back[0], &byte, 1) == 1);
}

static void look_at_child() {
  const pid_t child = fork();
  if (child == 0) _exit(may_use_all(0) ? 0 : 1);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  expect(system("grep -q \"$ALLOWED\" /proc/self/status") == 0);
}

static void set_processors(pid_t thread) {
  cpu_set_t one, now;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &g_all)) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    expect(sched_setaffinity(thread, sizeof one, &one) == 0);
    pass_to_and_fro(300);
    expect(sched_getaffinity(thread, sizeof now, &now) == 0 && CPU_EQUAL(&now, &one));
    if (thread == 0) expect(sched_getcpu() == cpu);
  }
  expect(sched_setaffinity(thread, sizeof g_all, &g_all) == 0);
}

int main() {
  expect(sched_getaffinity(0, sizeof g_all, &g_all) == 0 && pipe(g_there) == 0 &&
         pipe(g_back) == 0);
  const std::string allowed = allowed_list();
  setenv("ALLOWED", allowed.c_str(), 1);
  pid_t other = 0;
  std::thread echo([&other] {
    other = gettid();
    for (char byte; read(g_there[0], &byte, 1) == 1;) expect(write(g_back[1], &byte, 1) == 1);
  });
  const uint64_t end = now_ns() + 600'000'000;
  do {
    pass_to_and_fro(500);
    expect(may_use_all(0) && may_use_all(other));
    pass_to_and_fro(500);
    expect(allowed_list() == allowed);
    pass_to_and_fro(3000);
    look_at_child();
    pass_to_and_fro(500);
    std::thread([] { expect(may_use_all(0)); }).join();
    set_processors(0);
    set_processors(other);
  } while (now_ns() < end);
  close(g_there[1]);
  echo.join();
  return done();
}
