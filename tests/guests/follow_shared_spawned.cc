// Recorded processes that execute something map the same memory as their parent, and each sees at its
// calls what the other has written: spawned ones, forked ones that execute, and two of them.
// record: --follow
// processes: 5
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

constexpr uint64_t kRounds = 200;
constexpr uint64_t kBytes = 16384;

/// Words that one writes and the other reads; each in a line of its own.
struct Shared {
  alignas(64) uint64_t from_parent[kRounds];
  alignas(64) uint64_t from_child[kRounds];
  alignas(64) uint64_t both;  // each adds to it in its turn
};

static Shared* map(int fd) {
  void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  expect(memory != MAP_FAILED);
  return static_cast<Shared*>(memory);
}

static int in_child(int fd, int from, int to) {
  Shared* shared = map(fd);
  uint64_t hash = kHashStart;
  char byte = 0;
  for (uint64_t i = 0; i < kRounds; ++i) {
    expect(read(from, &byte, 1) == 1);
    hash = hash_bytes(&shared->from_parent[i], 8, hash);
    shared->from_child[i] = shared->from_parent[i] ^ now_ns();
    ++shared->both;
    expect(write(to, &hash, sizeof hash) == sizeof hash);  // what it has seen is compared in replay
  }
  shared->from_parent[0] = hash;
  munmap(shared, kBytes);
  return 0;
}

/// Both of its ends are its own: the child's two are passed as arguments.
struct Child {
  pid_t pid;
  int to, from;
};

static Child start(const char* self, int fd, bool spawned) {
  int there[2], back[2];
  expect(pipe(there) == 0 && pipe(back) == 0);
  std::string words[] = {std::to_string(fd), std::to_string(there[0]), std::to_string(back[1])};
  char* const argv[] = {const_cast<char*>(self), words[0].data(), words[1].data(), words[2].data(),
                        nullptr};
  pid_t pid = 0;
  if (spawned) {
    expect(posix_spawn(&pid, self, nullptr, nullptr, argv, environ) == 0);
  } else if ((pid = fork()) == 0) {
    execv(self, argv);
    _exit(1);
  }
  close(there[0]);
  close(back[1]);
  return {pid, there[1], back[0]};
}

static void talk(const Child& child, Shared* shared) {
  const char byte = 0;
  uint64_t hash = kHashStart, seen = 0;
  for (uint64_t i = 0; i < kRounds; ++i) {
    const uint64_t mine = now_ns();
    shared->from_parent[i] = mine;
    hash = hash_bytes(&mine, 8, hash);
    const uint64_t before = ++shared->both;
    expect(write(child.to, &byte, 1) == 1 && read(child.from, &seen, sizeof seen) == sizeof seen);
    expect(seen == hash && shared->both == before + 1);
    expect((shared->from_child[i] ^ mine) >= mine);
  }
  int status = -1;
  expect(waitpid(child.pid, &status, 0) == child.pid && status == 0);
  expect(shared->from_parent[0] == hash);
  close(child.to);
  close(child.from);
}

int main(int argc, char** argv) {
  if (argc == 4) return in_child(atoi(argv[1]), atoi(argv[2]), atoi(argv[3]));
  const int memory = memfd_create("shared", 0);
  expect(memory >= 0 && ftruncate(memory, kBytes) == 0);
  Shared* shared = map(memory);
  for (const bool spawned : {true, false}) {
    const Child child = start(argv[0], memory, spawned);
    talk(child, shared);
    show("last of the child", shared->from_child[kRounds - 1]);
  }
  // Two at a time, in a file with a name, that is mapped after they have begun.
  TempFile file;
  expect(ftruncate(file.fd, 2 * kBytes) == 0);
  const Child one = start(argv[0], file.fd, true), other = start(argv[0], memory, true);
  Shared* named = map(file.fd);
  talk(one, named);
  talk(other, shared);
  show("both", named->both + shared->both);
  return done();
}
