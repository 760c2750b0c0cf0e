// fork, exec and wait: the child's output comes through a pipe, its status and usage from wait4.
#include <sys/resource.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  for (int i = 0; i < 5; ++i) {
    int ends[2];
    expect(pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = fork();
    expect(child >= 0);
    if (child == 0) {
      dup2(ends[1], 1);
      execl("/bin/sh", "sh", "-c", "echo child $$; exit $0", std::to_string(i).c_str(), nullptr);
      _exit(99);
    }
    close(ends[1]);
    char text[64] = {};
    expect(read(ends[0], text, sizeof text - 1) > 6);
    expect(atoi(text + 6) == child);
    printf("%s", text);
    int status = -1;
    rusage usage{};
    expect(wait4(child, &status, 0, &usage) == child && WEXITSTATUS(status) == i);
    show("child's memory", static_cast<uint64_t>(usage.ru_maxrss));
    close(ends[0]);
  }
  expect(wait(nullptr) == -1 && errno == ECHILD);
  return done();
}
