// Four recorded children make a pipeline: each gets exactly what the one before it has written.
// record: --follow
// processes: 5
#include <sys/wait.h>

#include "guest.h"

constexpr uint64_t kNumbers = 20'000;

static int pass_on(int from, int to, int stage) {
  uint64_t buffer[512], hash = kHashStart, count = 0;
  for (ssize_t bytes; (bytes = read(from, buffer, sizeof buffer)) > 0;) {
    hash = hash_bytes(buffer, static_cast<size_t>(bytes), hash);
    count += static_cast<uint64_t>(bytes);
    for (ssize_t done = 0; done < bytes;) {
      const ssize_t written =
          write(to, reinterpret_cast<char*>(buffer) + done, static_cast<size_t>(bytes - done));
      expect(written > 0);
      done += written;
    }
  }
  return count == kNumbers * 8 && hash != 0 ? stage : 0;
}

int main() {
  int pipes[4][2];
  for (auto& ends : pipes) expect(pipe2(ends, O_CLOEXEC) == 0);
  pid_t children[3];
  for (int i = 0; i < 3; ++i) {
    children[i] = fork();
    if (children[i] != 0) continue;
    for (int n = 0; n < 4; ++n) {
      if (n != i) close(pipes[n][0]);
      if (n != i + 1) close(pipes[n][1]);
    }
    _exit(pass_on(pipes[i][0], pipes[i + 1][1], i + 1));
  }
  for (int n = 0; n < 4; ++n) {
    if (n != 3) close(pipes[n][0]);
    if (n != 0) close(pipes[n][1]);
  }
  if (fork() == 0) {
    for (uint64_t n = 0; n < kNumbers; ++n) {
      const uint64_t value = n ^ now_ns();
      expect(write(pipes[0][1], &value, sizeof value) == sizeof value);
    }
    _exit(0);
  }
  close(pipes[0][1]);
  uint64_t hash = kHashStart;
  char buffer[4096];
  for (ssize_t bytes; (bytes = read(pipes[3][0], buffer, sizeof buffer)) > 0;)
    hash = hash_bytes(buffer, static_cast<size_t>(bytes), hash);
  show("hash", hash);
  for (int i = 0; i < 3; ++i) {
    int status = -1;
    expect(waitpid(children[i], &status, 0) == children[i] && WEXITSTATUS(status) == i + 1);
  }
  return done();
}
