// What a program learns about itself is its own: name, path, arguments, mask, handlers, files.
// args: one two
#include <dirent.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "guest.h"

static std::string slurp(const char* path) {
  std::ostringstream all;
  all << std::ifstream(path, std::ios::binary).rdbuf();
  return all.str();
}

static void check_names(char** argv) {
  char exe[4096] = {}, comm[17] = {};
  expect(readlink("/proc/self/exe", exe, sizeof exe - 1) > 0 && exe[0] == '/');
  expect(std::string(strrchr(exe, '/')) == "/about_itself");
  expect(std::filesystem::read_symlink("/proc/self/exe") == exe);  // asks lstat first
  struct stat link{}, file{};
  expect(lstat("/proc/self/exe", &link) == 0 && S_ISLNK(link.st_mode));
  expect(stat("/proc/self/exe", &file) == 0 && S_ISREG(file.st_mode));
  expect(prctl(PR_GET_NAME, comm) == 0 && std::string(comm) == "about_itself");
  expect(slurp("/proc/self/comm") == "about_itself\n");
  expect(slurp("/proc/thread-self/comm") == "about_itself\n");
  expect(std::string(program_invocation_short_name) == "about_itself");
  const auto* executed = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  expect(std::string(executed) == argv[0]);
  std::string line;
  for (char** word = argv; *word != nullptr; ++word) line += std::string(*word) + '\0';
  expect(slurp("/proc/self/cmdline") == line);
  expect(slurp(("/proc/" + std::to_string(getpid()) + "/cmdline").c_str()) == line);
  std::string variables;
  for (char** entry = environ; *entry != nullptr; ++entry) variables += std::string(*entry) + '\0';
  expect(slurp("/proc/self/environ") == variables);
}

static void check_signals() {
  sigset_t mask, none;
  sigemptyset(&none);
  expect(sigprocmask(SIG_SETMASK, nullptr, &mask) == 0);
  for (int number = 1; number <= 64; ++number) {
    expect(sigismember(&mask, number) == sigismember(&none, number));
    struct sigaction now{};
    if (sigaction(number, nullptr, &now) == 0) expect(now.sa_handler == SIG_DFL);
  }
  stack_t stack{};
  expect(sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0);
}

static void check_files() {
  DIR* files = opendir("/proc/self/fd");
  expect(files != nullptr);
  int count = 0;
  while (const dirent* entry = readdir(files)) {
    if (entry->d_name[0] == '.') continue;
    ++count;
    expect(atoi(entry->d_name) <= 2 || atoi(entry->d_name) == dirfd(files));
  }
  expect(count <= 4 && dirfd(files) == 3);
  for (int fd = 3; fd < 20'000; ++fd) expect(fd == dirfd(files) || fcntl(fd, F_GETFD) == -1);
  closedir(files);
  rlimit limit{};
  expect(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 100);
}

int main(int argc, char** argv) {
  expect(argc == 3 && std::string(argv[2]) == "two");
  check_names(argv);
  check_signals();
  check_files();
  expect(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_UID) == getuid());
  expect(getauxval(AT_ENTRY) != 0 && getauxval(AT_PHDR) != 0);
  return done();
}
