// What one hook costs the program that calls it: each kind in a loop. Prints a line a kind: its
// name and the nanoseconds of CPU time an event. Recorded or not: the difference is weft's share.
//   hooks [BATCHES [KIND]]
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "weft/instrument/table.h"

namespace {

using weft::instrument::table;

// The ring holds several of these, so the program does not wait for the recorder within one.
constexpr int kBatch = 10'000;
constexpr useconds_t kDrainMicroseconds = 20'000;
constexpr weft_place kPlace = {__FILE__, "bench", 20, 3};

weft_task g_task;

void create_and_end() {
  if (const weft_abi* weft = table()) {
    const weft_task task = weft->task_create(WEFT_TASK_COROUTINE, &g_task, &kPlace, 0);
    weft->task_end(task, WEFT_DONE, nullptr);
  }
}
void resume_and_suspend() {
  if (const weft_abi* weft = table()) {
    const weft_task previous = weft->task_resume(g_task, &kPlace);
    weft->task_suspend(g_task, &kPlace, WEFT_WAIT_IO, 7);
    weft->task_leave(previous);
  }
}
void wake() {
  if (const weft_abi* weft = table()) weft->task_wake(g_task);
}
void await() {
  if (const weft_abi* weft = table()) weft->task_await(1, g_task);
}
void operation() {
  if (const weft_abi* weft = table()) {
    const weft_operation operation =
        weft->operation_start("socket.async_receive", &kPlace, &g_task, 7);
    weft->operation_complete(operation, 0, 100);
  }
}
void hold() {
  if (const weft_abi* weft = table()) weft->hold(&g_task, WEFT_ACQUIRE, nullptr);
}
void note() {
  if (const weft_abi* weft = table()) weft->note("user", 4, "alice", 5);
}
void current() {
  if (const weft_abi* weft = table()) weft->task_current();
}

double cpu_nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Nanoseconds an event; one call writes `events`.
template <void (*kCalls)()>
double batch(int events) {
  const int calls = kBatch / events;
  const double start = cpu_nanoseconds();
#pragma GCC unroll 8  // the loop itself costs as much as a hook that nobody listens to
  for (int i = 0; i < calls; ++i) {
    kCalls();
    asm volatile("" ::: "memory");
  }
  return (cpu_nanoseconds() - start) / (calls * events);
}

// Part of every event but await's; how long it takes depends on the machine.
void read_counter() {
  unsigned low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
}

struct Kind {
  const char* name;
  double (*batch)(int events);
  int events;
};
constexpr Kind kKinds[] = {
    {"create_end", batch<create_and_end>, 2},
    {"resume_suspend_leave", batch<resume_and_suspend>, 2},
    {"wake", batch<wake>, 1},
    {"await", batch<await>, 1},
    {"operation", batch<operation>, 2},
    {"hold", batch<hold>, 1},
    {"note", batch<note>, 1},
    {"current", batch<current>, 1},  // no event
    {"time_stamp_counter", batch<read_counter>, 1},
};

}  // namespace

int main(int argc, char** argv) {
  const int batches = argc > 1 ? std::atoi(argv[1]) : 25;
  if (const weft_abi* weft = table())
    g_task = weft->task_create(WEFT_TASK_COROUTINE, nullptr, &kPlace, 0);
  for (const Kind& kind : kKinds) {
    if (argc > 2 && std::strcmp(kind.name, argv[2]) != 0) continue;
    std::vector<double> taken;
    for (int i = 0; i < batches; ++i) {
      taken.push_back(kind.batch(kind.events));
      if (table() != nullptr) usleep(kDrainMicroseconds);
    }
    std::sort(taken.begin(), taken.end());
    std::printf("%s\t%.2f\t%.2f\n", kind.name, taken[taken.size() / 2], taken.front());
  }
}
