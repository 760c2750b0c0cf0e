// A recorded child makes a file larger that its parent has mapped beyond the file's end, writes to it
// by calls and through a mapping of its own, and makes it smaller again; System V memory, too.
// record: --follow
// processes: 4
#include <spawn.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "guest.h"

constexpr size_t kPage = 4096;

static void in_child(int fd, int segment) {
  expect(ftruncate(fd, 3 * kPage) == 0);
  const uint64_t now = now_ns();
  expect(pwrite(fd, &now, sizeof now, kPage) == sizeof now);
  auto* words =
      static_cast<uint64_t*>(mmap(nullptr, 3 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  expect(words != MAP_FAILED);
  words[2 * kPage / 8] = now_ns();
  auto* more = static_cast<uint64_t*>(shmat(segment, nullptr, 0));
  expect(more != reinterpret_cast<void*>(-1));
  const uint64_t sum = more[0] + words[2 * kPage / 8];
  more[1] = sum;
  expect(pwrite(fd, &sum, sizeof sum, kPage + 8) == sizeof sum);  // in replay it is compared
}

static void wait_for(pid_t child) {
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
}

int main(int argc, char** argv) {
  if (argc == 3) {
    in_child(atoi(argv[1]), atoi(argv[2]));
    return 0;
  }
  TempFile file;
  const auto* seen =
      static_cast<const uint64_t*>(mmap(nullptr, 3 * kPage, PROT_READ, MAP_SHARED, file.fd, 0));
  expect(seen != MAP_FAILED);
  const int segment = shmget(IPC_PRIVATE, kPage, 0600);
  auto* more = static_cast<uint64_t*>(shmat(segment, nullptr, 0));
  expect(segment >= 0 && more != reinterpret_cast<void*>(-1));
  for (const bool spawned : {true, false}) {
    more[0] = now_ns();
    std::string words[] = {std::to_string(file.fd), std::to_string(segment)};
    char* const arguments[] = {argv[0], words[0].data(), words[1].data(), nullptr};
    pid_t child = 0;
    if (spawned) {
      expect(posix_spawn(&child, argv[0], nullptr, nullptr, arguments, environ) == 0);
    } else if ((child = fork()) == 0) {
      in_child(file.fd, segment);
      _exit(0);
    }
    wait_for(child);
    show("by a call", seen[kPage / 8]);
    show("by a mapping", seen[2 * kPage / 8]);
    show("in the segment", more[1]);
    expect(more[1] == more[0] + seen[2 * kPage / 8] && seen[kPage / 8] != 0);
    if (!spawned) break;
    expect(ftruncate(file.fd, kPage) == 0);
  }
  // It is smaller again, by a child: what is beyond the end is no memory.
  pid_t child = fork();
  if (child == 0) _exit(ftruncate(file.fd, kPage) == 0 ? 0 : 1);
  wait_for(child);
  int ends[2];
  expect(pipe(ends) == 0);
  expect(write(ends[1], seen + kPage / 8, 8) == -1 && errno == EFAULT);
  shmctl(segment, IPC_RMID, nullptr);
  return done();
}
