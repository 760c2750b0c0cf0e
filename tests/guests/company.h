/// For guests about calls that wait: as long as it lives, a second thread is there that wants to
/// run too, at times of its own. Only then does weft ask whether a call would wait.
#pragma once

#include <atomic>
#include <thread>

#include "guest.h"

class Company {
 public:
  Company() : thread_([this] { keep(); }) {}
  ~Company() {
    over_ = true;
    thread_.join();
    show("company", rounds_);
  }

 private:
  void keep() {
    for (; !over_; ++rounds_) {
      if (rounds_ % 4 != 0) continue;
      const timespec t{0, 200'000};
      nanosleep(&t, nullptr);
    }
  }

  std::atomic<bool> over_ = false;
  uint64_t rounds_ = 0;
  std::thread thread_;
};

/// Runs `what` in a child process, which ends with it.
template <class F>
pid_t in_child(F what) {
  const pid_t pid = fork();
  expect(pid >= 0);
  if (pid == 0) {
    what();
    _exit(0);
  }
  return pid;
}
