// Threads that hand over often run on one processor while they are recorded. What they fork, spawn and
// execute has the program's own processors from its start, for the kernel and for everybody who looks.
// record: --follow
// processes: 17
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>

#include <thread>

#include "guest.h"

static cpu_set_t g_all;
static int g_there[2], g_back[2];

static cpu_set_t processors_of(pid_t thread) {
  cpu_set_t now;
  expect(sched_getaffinity(thread, sizeof now, &now) == 0);
  return now;
}

static bool may_use(pid_t thread, const cpu_set_t& wanted) {
  const cpu_set_t now = processors_of(thread);
  return CPU_EQUAL(&now, &wanted) != 0;
}

/// One byte to the thread that echoes and back, `times` times.
static void pass_to_and_fro(int times) {
  char byte = 1;
  for (int i = 0; i < times; ++i)
    expect(write(g_there[1], &byte, 1) == 1 && read(g_back[0], &byte, 1) == 1);
}

static void begin_to_echo() {
  expect(pipe2(g_there, O_CLOEXEC) == 0 && pipe2(g_back, O_CLOEXEC) == 0);
  std::thread([] {
    for (char byte; read(g_there[0], &byte, 1) == 1;) expect(write(g_back[1], &byte, 1) == 1);
  }).detach();
}

/// What a child does: says that it runs, and waits until it may end.
static int wait_to_be_looked_at() {
  char byte = 0;
  expect(write(4, &byte, 1) == 1 && read(3, &byte, 1) == 0);
  return may_use(0, g_all) ? 0 : 1;
}

/// The child's ends are 3 and 4 there.
struct Child {
  int wait[2], ready[2];
  Child() { expect(pipe2(wait, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0); }
  void take_ends() const {
    const int from = fcntl(wait[0], F_DUPFD, 100), to = fcntl(ready[1], F_DUPFD, 100);
    for (int fd = 3; fd < 100; ++fd) close(fd);
    expect(dup2(from, 3) == 3 && dup2(to, 4) == 4 && close(from) == 0 && close(to) == 0);
  }
  /// It runs, and waits; then it ends, and is content.
  void look_at(pid_t pid, const cpu_set_t& wanted) {
    close(wait[0]);
    close(ready[1]);
    char byte = 0;
    expect(read(ready[0], &byte, 1) == 1);
    expect(may_use(pid, wanted));
    close(wait[1]);
    close(ready[0]);
    int status = -1;
    expect(waitpid(pid, &status, 0) == pid && status == 0);
  }
};

static void execute(const char* self, const char* what) {
  char* const argv[] = {const_cast<char*>(self), const_cast<char*>(what), nullptr};
  execv(self, argv);
  _exit(1);
}

static void fork_and_look() {
  Child child;
  const pid_t pid = fork();
  if (pid == 0) {
    child.take_ends();
    _exit(wait_to_be_looked_at());
  }
  child.look_at(pid, g_all);
}

static void spawn_and_look(const char* self) {
  Child child;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const int from = fcntl(child.wait[0], F_DUPFD_CLOEXEC, 100);
  const int to = fcntl(child.ready[1], F_DUPFD_CLOEXEC, 100);
  posix_spawn_file_actions_adddup2(&actions, from, 3);
  posix_spawn_file_actions_adddup2(&actions, to, 4);
  char* const argv[] = {const_cast<char*>(self), const_cast<char*>("wait"), nullptr};
  pid_t pid = 0;
  expect(posix_spawn(&pid, self, &actions, nullptr, argv, environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  close(from);
  close(to);
  child.look_at(pid, g_all);
}

/// A thread of the child executes the program again, while the child's threads hand over often: the
/// new program may use what the thread may use.
static void execute_and_look(const char* self, bool on_one) {
  cpu_set_t wanted = g_all;
  if (on_one) {
    int last = CPU_SETSIZE - 1;
    while (CPU_ISSET(last, &g_all) == 0) --last;
    CPU_ZERO(&wanted);
    CPU_SET(last, &wanted);
  }
  Child child;
  const pid_t pid = fork();
  if (pid == 0) {
    child.take_ends();
    begin_to_echo();
    pass_to_and_fro(3000);
    std::thread([&] {
      expect(sched_setaffinity(0, sizeof wanted, &wanted) == 0);
      execute(self, on_one ? "one" : "wait");
    }).detach();
    for (;;) pass_to_and_fro(100);
  }
  child.look_at(pid, wanted);
}

int main(int argc, char** argv) {
  if (argc > 1 && argv[1] == std::string("one")) {
    g_all = processors_of(0);
    expect(CPU_COUNT(&g_all) == 1);
    return wait_to_be_looked_at();
  }
  g_all = processors_of(0);
  if (argc > 1) return wait_to_be_looked_at();
  begin_to_echo();
  for (int round = 0; round < 4; ++round) {
    pass_to_and_fro(3000);
    fork_and_look();
    pass_to_and_fro(3000);
    spawn_and_look(argv[0]);
    execute_and_look(argv[0], false);
    execute_and_look(argv[0], true);
  }
  return done();
}
