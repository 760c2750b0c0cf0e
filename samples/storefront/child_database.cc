#include "child_database.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <utility>

ChildDatabase::ChildDatabase(std::string conninfo, int update_ms) : conninfo_(std::move(conninfo)) {
  if (!conninfo_.empty()) return;
  const auto path =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("storefront_db");
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string name = path.string();
  std::string takes = std::to_string(update_ms);
  char* argv[] = {name.data(), takes.data(), nullptr};
  const int error = posix_spawn(&pid_, name.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  FILE* says = fdopen(ends[0], "r");
  int port = 0;
  const bool started = error == 0 && std::fscanf(says, "%d", &port) == 1;
  std::fclose(says);
  if (!started) throw std::runtime_error("cannot start " + name);
  conninfo_ = "host=127.0.0.1 port=" + std::to_string(port) +
              " user=shop dbname=shop sslmode=disable gssencmode=disable";
}

ChildDatabase::~ChildDatabase() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}
