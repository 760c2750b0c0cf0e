// Threads that wake each other, in the ways that async runtimes do it. Prints one figure.
//
//   threads KIND COUNT SECONDS [pin]
//
//   socket, pipe, eventfd   COUNT pairs of threads pass a message to and fro: round trips a second
//   sleepers                COUNT threads sleep 5 ms at a time: wakes a second
//   reads                   COUNT threads read 256 KiB of a file each time: reads a second
//   beside                  one thread computes, another sleeps 1 ms COUNT times: seconds
//   atomic                  two threads pass a turn through an atomic COUNT times: seconds
//   spinlock                two threads take turns under a pthread_spinlock: seconds for COUNT
//   compute                 COUNT threads compute: seconds
//
// pin: every thread runs on one processor, once all have begun: what a program reaches that takes
// turns.
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

bool g_pin = false;
double g_seconds = 1;

void pin() {
  if (!g_pin) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
}

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void must(bool ok) {
  if (!ok) std::exit(1);
}

/// Starts them, and waits for all: seconds that it took.
double run_all(const std::vector<std::function<void()>>& bodies) {
  pthread_barrier_t begin;
  pthread_barrier_init(&begin, nullptr, static_cast<unsigned>(bodies.size()) + 1);
  std::vector<std::thread> threads;
  for (const auto& body : bodies) {
    threads.emplace_back([&begin, body] {
      pthread_barrier_wait(&begin);
      pin();
      body();
    });
  }
  pthread_barrier_wait(&begin);
  const auto start = Clock::now();
  for (std::thread& thread : threads) thread.join();
  return since(start);
}

struct Link {
  int to_read, to_write;
};

/// Both directions of a pair.
std::pair<Link, Link> make_links(const std::string& kind) {
  if (kind == "socket") {
    int ends[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    return {{ends[0], ends[0]}, {ends[1], ends[1]}};
  }
  if (kind == "pipe") {
    int there[2], back[2];
    must(pipe(there) == 0 && pipe(back) == 0);
    return {{back[0], there[1]}, {there[0], back[1]}};
  }
  const int there = eventfd(0, 0), back = eventfd(0, 0);
  must(there >= 0 && back >= 0);
  return {{back, there}, {there, back}};
}

double pairs(const std::string& kind, int count) {
  std::vector<std::function<void()>> bodies;
  std::atomic<long> trips = 0;
  constexpr uint64_t kMore = 1, kLast = 2;
  for (int i = 0; i < count; ++i) {
    const auto [asks, answers] = make_links(kind);
    bodies.emplace_back([link = asks, &trips] {
      const auto start = Clock::now();
      uint64_t message = kMore;
      long done = 0;
      while (message == kMore) {
        message = since(start) < g_seconds ? kMore : kLast;
        must(write(link.to_write, &message, 8) == 8);
        uint64_t answer;
        must(read(link.to_read, &answer, 8) == 8);
        ++done;
      }
      trips += done;
    });
    bodies.emplace_back([link = answers] {
      for (uint64_t message = kMore; message == kMore;) {
        must(read(link.to_read, &message, 8) == 8);
        must(write(link.to_write, &message, 8) == 8);
      }
    });
  }
  const double seconds = run_all(bodies);
  return static_cast<double>(trips) / seconds;
}

double sleepers(int count) {
  std::atomic<long> wakes = 0;
  std::vector<std::function<void()>> bodies(static_cast<size_t>(count), [&wakes] {
    const auto start = Clock::now();
    long done = 0;
    for (; since(start) < g_seconds; ++done)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    wakes += done;
  });
  const double seconds = run_all(bodies);
  return static_cast<double>(wakes) / seconds;
}

double reads(int count) {
  constexpr size_t kBytes = 256 << 10;
  std::atomic<long> all = 0;
  const int file = memfd_create("file", 0);
  must(file >= 0 && ftruncate(file, kBytes) == 0);
  const std::vector<char> zeros(kBytes);
  must(pwrite(file, zeros.data(), kBytes, 0) == kBytes);
  std::vector<std::function<void()>> bodies(static_cast<size_t>(count), [&all, file] {
    std::vector<char> bytes(kBytes);
    const auto start = Clock::now();
    long done = 0;
    for (; since(start) < g_seconds; ++done) must(pread(file, bytes.data(), kBytes, 0) == kBytes);
    all += done;
  });
  const double seconds = run_all(bodies);
  return static_cast<double>(all) / seconds;
}

uint64_t compute(std::atomic<bool>* stop, uint64_t rounds) {
  uint64_t value = 88172645463325252u;
  for (uint64_t i = 0; i < rounds && !(stop != nullptr && stop->load(std::memory_order_relaxed));
       ++i) {
    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
  }
  return value;
}

double beside(int count) {
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> result = 0;
  return run_all({[&] { result = compute(&stop, UINT64_MAX); },
                  [&, count] {
                    for (int i = 0; i < count; ++i)
                      std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    stop = true;
                  }});
}

double atomic_turns(int count) {
  std::atomic<int> turn = 0;
  const auto play = [&turn, count](int self) {
    for (int i = 0; i < count / 2; ++i) {
      while (turn.load(std::memory_order_acquire) != self) __builtin_ia32_pause();
      turn.store(1 - self, std::memory_order_release);
    }
  };
  return run_all({[=] { play(0); }, [=] { play(1); }});
}

double spinlock_turns(int count) {
  pthread_spinlock_t lock;
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  int turn = 0;
  const auto play = [&, count](int self) {
    for (int done = 0; done < count / 2;) {
      pthread_spin_lock(&lock);
      if (turn == self) {
        turn = 1 - self;
        ++done;
      }
      pthread_spin_unlock(&lock);
    }
  };
  return run_all({[=] { play(0); }, [=] { play(1); }});
}

double computing(int count) {
  std::atomic<uint64_t> result = 0;
  std::vector<std::function<void()>> bodies(static_cast<size_t>(count),
                                            [&] { result += compute(nullptr, 300'000'000); });
  return run_all(bodies);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string kind = argv[1];
  const int count = std::atoi(argv[2]);
  g_seconds = std::atof(argv[3]);
  g_pin = argc > 4;
  double figure = 0;
  if (kind == "sleepers")
    figure = sleepers(count);
  else if (kind == "reads")
    figure = reads(count);
  else if (kind == "beside")
    figure = beside(count);
  else if (kind == "atomic")
    figure = atomic_turns(count);
  else if (kind == "spinlock")
    figure = spinlock_turns(count);
  else if (kind == "compute")
    figure = computing(count);
  else
    figure = pairs(kind, count);
  std::printf("%.6f\n", figure);
}
