// Threads of a recorded child compute, and take turns without a call, after their parent's have.
// record: --follow
// processes: 3
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "guest.h"

/// Two threads that pass a turn by loads and stores alone.
static uint64_t compute() {
  std::atomic<int> turn{0};
  std::atomic<uint64_t> hash{kHashStart};
  const auto play = [&](int me) {
    for (int i = 0; i < 20; ++i) {
      while (turn != me) {
      }
      hash = hash_bytes(&i, sizeof i, hash);
      turn = 1 - me;
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  return hash;
}

int main() {
  const uint64_t hash = compute();
  for (int i = 0; i < 2; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(compute() == hash ? 0 : 1);
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0);
  }
  show("hash", hash + static_cast<uint64_t>(getpid()));
  return done();
}
