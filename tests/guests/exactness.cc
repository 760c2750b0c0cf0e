// Everything that a program can see goes into one hash: pointers, times, random bytes, pids, what
// other threads do to shared words in a race, and the messages that arrive.
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "guest.h"

static std::atomic<uint64_t> word[4];
static std::atomic<uint64_t> races = kHashStart;

static uint64_t mixed(uint64_t hash, uint64_t value) {
  return hash_bytes(&value, 8, hash);
}

static void race(uint64_t me) {
  uint64_t seen = kHashStart;
  for (uint64_t i = 0; i < 3000; ++i) {
    auto& target = word[(me + i) % 4];
    const uint64_t value = target.load(std::memory_order_relaxed);
    target.store(value * 31 + me, std::memory_order_relaxed);
    seen = mixed(seen, value);
    if (i % 64 == me) seen = mixed(seen, now_ns());
    if (i % 256 == me) sched_yield();
    auto block = std::make_unique<char[]>(value % 3000 + 1);
    seen = mixed(seen, reinterpret_cast<uintptr_t>(block.get()));
  }
  races = mixed(races, seen);
}

static uint64_t message_from_child() {
  int pair[2];
  expect(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const uint64_t message[] = {now_ns(), static_cast<uint64_t>(getpid())};
    _exit(send(pair[1], message, sizeof message, 0) != sizeof message);
  }
  uint64_t message[2] = {};
  expect(recv(pair[0], message, sizeof message, 0) == sizeof message);
  expect(message[1] == static_cast<uint64_t>(child) && waitpid(child, nullptr, 0) == child);
  return hash_bytes(message, sizeof message);
}

int main(int, char** argv) {
  uint64_t hash = mixed(kHashStart, reinterpret_cast<uintptr_t>(argv));
  uint64_t random[8];
  expect(getrandom(random, sizeof random, 0) == sizeof random);
  hash = hash_bytes(random, sizeof random, hash);
  hash = mixed(hash, reinterpret_cast<uintptr_t>(&main));
  hash = mixed(hash, reinterpret_cast<uintptr_t>(&printf));
  hash = mixed(hash, static_cast<uint64_t>(getpid()));
  hash = mixed(hash, message_from_child());
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < 8; ++i) threads.emplace_back(race, i);
  for (auto& thread : threads) thread.join();
  hash = mixed(hash, races);
  for (auto& w : word) hash = mixed(hash, w);
  show("everything", mixed(hash, now_ns()));
  return 0;
}
