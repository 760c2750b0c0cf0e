// A worker's rounds differ only in a counter: main looks at it now and then, and stops the worker.
// flags: -O2
// runs: heap -> 0 | stack -> 0 | bss -> 0 | pointers -> 0 | thread -> 0 | late -> 0
// runs: shared -> 0 | twice -> 0 | file -> 0 | buffer -> 0
#include <sys/epoll.h>
#include <sys/mman.h>

#include <atomic>
#include <thread>

#include "guest.h"

using Count = std::atomic<long>;

static std::atomic<bool> stop;
static std::atomic<Count*> seen;
static Count in_bss;
static thread_local Count in_thread;
static unsigned char block[20'000];

/// Main waits with a buffer that ends where the counter is.
static struct {
  epoll_event events[4];
  Count rounds;
} beside;

struct Stats {
  char name[256];
  Count rounds;
};
struct Owner {
  char name[100];
  Stats* stats;
};

[[gnu::noinline]] static unsigned sum() {
  unsigned result = 1;
  for (const unsigned char byte : block) result = result * 31 + byte;
  return result;
}

template <class F>
[[gnu::noinline]] static void count(F counter) {
  seen = counter();
  while (!stop.load(std::memory_order_relaxed)) {
    expect(sum() != 0);
    counter()->fetch_add(1, std::memory_order_relaxed);
  }
}

/// The counter is far up the stack of a worker whose loop is further down.
[[gnu::noinline]] static void count_on_stack() {
  Count rounds{0};
  volatile char space[20'000];
  space[0] = 0;
  count([&rounds] { return &rounds; });
}

/// One page after the other, each from when its turn comes.
static void count_late(Count* pages) {
  count([pages, rounds = 0]() mutable { return pages + rounds++ / 16 % 256 * 512; });
}

static void work(const std::string& where) {
  Count* view = nullptr;
  if (where == "shared" || where == "late")
    view = static_cast<Count*>(mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE,
                                    MAP_ANONYMOUS | (where == "late" ? MAP_PRIVATE : MAP_SHARED),
                                    -1, 0));
  if (where == "twice" || where == "file") {
    const TempFile file;
    expect(ftruncate(file.fd, 4096) == 0);
    void* map[2];
    for (void*& each : map)
      each = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0);
    view = static_cast<Count*>(map[where == "twice" ? 1 : 0]);
  }
  if (where == "heap") return count([stats = new Stats{}] { return &stats->rounds; });
  if (where == "stack") return count_on_stack();
  if (where == "buffer") return count([] { return &beside.rounds; });
  if (where == "bss") return count([] { return &in_bss; });
  if (where == "thread") return count([] { return &in_thread; });
  if (where == "late") return count_late(view);
  if (where == "pointers")
    return count([owner = new Owner{{}, new Stats{}}] { return &owner->stats->rounds; });
  count([view] { return view; });
}

int main(int, char** arguments) {
  std::thread worker(work, arguments[1]);
  while (seen == nullptr) sleep_ms(1);
  const int events = epoll_create1(0);
  for (int i = 0; i < 10; ++i) {
    expect(epoll_wait(events, beside.events, 4, 3) == 0);
    show("rounds", static_cast<uint64_t>(seen.load()->load()));
  }
  stop = true;
  worker.join();
  return done();
}
