// Names of threads, with prctl, pthread_setname_np and /proc/self/task.
#include <dirent.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "guest.h"

static std::atomic<int> stage;

static void wait_for(int wanted) {
  while (stage < wanted) sleep_ms(1);
}

int main() {
  std::thread other([] {
    prctl(PR_SET_NAME, "second");
    stage = 1;
    wait_for(2);
    char name[17] = {};
    prctl(PR_GET_NAME, name);
    expect(std::string(name) == "renamed");
    const std::string id = std::to_string(syscall(SYS_gettid));
    std::string line;
    std::ifstream("/proc/self/task/" + id + "/comm") >> line;
    expect(line == "renamed");
    wait_for(3);
  });
  wait_for(1);
  expect(pthread_setname_np(other.native_handle(), "renamed") == 0);
  stage = 2;
  int tasks = 0;
  DIR* dir = opendir("/proc/self/task");
  while (const dirent* entry = readdir(dir)) tasks += entry->d_name[0] != '.';
  closedir(dir);
  expect(tasks == 2);
  stage = 3;
  other.join();
  char name[17] = {};
  prctl(PR_GET_NAME, name);
  expect(std::string(name) == "thread_names");
  return done();
}
