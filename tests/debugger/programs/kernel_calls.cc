// Functions that ask the kernel, for expressions to call: some can be answered in a replay.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>

pid_t g_pid = 0;
std::mutex g_lock;

int is_recorded_pid() {
  return getpid() == g_pid ? 1 : 0;
}

/// Large enough for a mapping of its own.
unsigned long allocate(unsigned long bytes) {
  char* memory = static_cast<char*>(std::malloc(bytes));
  std::memset(memory, 7, bytes);
  const unsigned long sum = static_cast<unsigned long>(memory[0] + memory[bytes - 1]);
  std::free(memory);
  return sum;
}

int say(const char* what) {
  return static_cast<int>(write(1, what, std::strlen(what)));
}

int print(int number) {
  const int bytes = std::printf("number %d\n", number);
  std::fflush(stdout);
  return bytes;
}

int clock_goes_on() {
  timespec first{}, then{};
  clock_gettime(CLOCK_MONOTONIC, &first);
  clock_gettime(CLOCK_MONOTONIC, &then);
  return std::time(nullptr) > 1000 && then.tv_sec >= first.tv_sec ? 1 : 0;
}

int read_a_file() {
  const int fd = open("/etc/passwd", O_RDONLY);
  char text[4] = {};
  const ssize_t bytes = read(fd, text, sizeof text);
  close(fd);
  return static_cast<int>(bytes);
}

/// Types for the user.
int put_into_terminal() {
  return ioctl(0, TIOCSTI, "x");
}

/// Whether there is a terminal differs from run to run; that it may be asked does not.
int ask_terminal() {
  return isatty(1) >= 0 ? 1 : 0;
}

int read_stdin() {
  char byte;
  return static_cast<int>(read(0, &byte, 1));
}

int make_file() {
  return open("/tmp/weft-made-by-an-expression", O_WRONLY | O_CREAT, 0600);
}

int take_lock() {
  g_lock.lock();
  return 1;
}

int leave() {
  _exit(3);
}

int fork_one() {
  return fork();
}

int trip() {
  return *static_cast<volatile int*>(nullptr);
}

int work(int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) total += i;
  return total;
}

int main() {
  g_pid = getpid();
  g_lock.lock();
  std::string text = "some text that is longer than a short string";
  int total = work(3);
  say("first\n");
  total += work(4);
  say("second\n");
  return total == 9 && !text.empty() ? 0 : 1;
}

// What does not end by itself.
volatile bool g_go_on = true;
volatile long g_turns = 0;

long loop_for_ever() {
  while (g_go_on) g_turns = g_turns + 1;
  return g_turns;
}

long wait_for_ever() {
  while (g_go_on) getpid();
  return 0;
}

/// Longer than LLDB waits for one thread before it lets the others run too.
long take_a_while() {
  timespec begin{}, now{};
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do {
    for (int i = 0; i < 1000; ++i) g_turns = g_turns + 1;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - begin.tv_sec < 2);
  return 42;
}
