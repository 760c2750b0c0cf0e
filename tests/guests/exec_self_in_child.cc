// A forked child executes /proc/self/exe: it is the program, as the child's readlink says too.
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

static std::string link_of(const char* path) {
  char text[4096] = {};
  expect(readlink(path, text, sizeof text - 1) > 0);
  return text;
}

/// The status of a child that calls `run`.
template <class F>
static int child(F run) {
  const pid_t pid = fork();
  if (pid == 0) _exit(run());
  int status = 0;
  expect(waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char** argv) {
  if (argc > 1) return link_of("/proc/self/exe") == argv[1] ? 7 : 8;
  const std::string own = link_of("/proc/self/exe");
  expect(child([&] { return execl("/proc/self/exe", "again", own.c_str(), nullptr); }) == 7);
  expect(child([&] { return link_of("/proc/self/exe") == own ? 0 : 1; }) == 0);
  expect(child([&] {
           const std::string path = "/proc/" + std::to_string(getpid()) + "/exe";
           char* const words[] = {argv[0], const_cast<char*>(own.c_str()), nullptr};
           return link_of(path.c_str()) != own ? 1 : execv(path.c_str(), words);
         }) == 7);
  expect(child([&] {
           const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
           char* const words[] = {argv[0], const_cast<char*>(own.c_str()), nullptr};
           return fexecve(self, words, environ);
         }) == 7);
  expect(child([] { return execl("/proc/self/missing", "x", nullptr); }) == 255);
  expect(child([] {
           const auto unreadable = reinterpret_cast<const char*>(8);
           return syscall(SYS_execve, unreadable, nullptr, nullptr) == -1 && errno == EFAULT ? 3
                                                                                             : 4;
         }) == 3);
  show("pid", static_cast<uint64_t>(getpid()));
  return done();
}
