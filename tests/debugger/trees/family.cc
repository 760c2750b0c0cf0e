// A parent, a child that answers its question, and one that crashes.
#include <sys/wait.h>
#include <unistd.h>

static int answer(int question, int from, int to) {
  if (read(from, &question, sizeof question) != sizeof question) return 1;
  const int reply = question * 2;
  return write(to, &reply, sizeof reply) == sizeof reply ? 3 : 1;
}

__attribute__((noinline)) static void crash(int value) {
  *reinterpret_cast<volatile int*>(static_cast<long>(value)) = value;
}

__attribute__((noinline)) static int answered(int value) {
  asm volatile("" : : "r"(value) : "memory");
  return value;
}

int main() {
  int there[2], back[2], value = 21, status = 0;
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  const pid_t helper = fork();
  if (helper == 0) _exit(answer(0, there[0], back[1]));
  if (write(there[1], &value, sizeof value) != sizeof value) return 1;
  if (read(back[0], &value, sizeof value) != sizeof value) return 1;
  if (answered(value) != 42 || waitpid(helper, &status, 0) != helper) return 1;
  if (fork() == 0) {
    crash(value);
    _exit(0);
  }
  return wait(&status) > 0 && WIFSIGNALED(status) ? 0 : 1;
}
