/// What one system call costs. Run natively and under `weft record`, the difference is weft's share:
///   build/tests/bench/syscall_bench; weft record -q -o t.weft build/tests/bench/syscall_bench
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

// libc's syscall() has one call site, which weft patches at its first use.
void getppid_call(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(::getppid());
}

void read_one_byte(benchmark::State& state) {
  const int file = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  char byte = 0;
  for (auto _ : state) benchmark::DoNotOptimize(::read(file, &byte, 1));
  ::close(file);
}

void read_4096_bytes(benchmark::State& state) {
  const int file = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  char bytes[4096];
  for (auto _ : state) benchmark::DoNotOptimize(::read(file, bytes, sizeof bytes));
  ::close(file);
}

// Natively this is the vDSO: no system call at all.
void clock_gettime_call(benchmark::State& state) {
  timespec now;
  for (auto _ : state) benchmark::DoNotOptimize(::clock_gettime(CLOCK_MONOTONIC, &now));
}

// A call site of a shape that cannot be patched: it traps every time.
void unpatched_getppid(benchmark::State& state) {
  for (auto _ : state) {
    long result = SYS_getppid;
    asm volatile("nop; syscall; nop" : "+a"(result) : : "rcx", "r11", "memory");
    benchmark::DoNotOptimize(result);
  }
}

// Fixed counts: the library's own search for a count would record millions of calls more.
BENCHMARK(getppid_call)->Iterations(200'000)->Repetitions(5);
BENCHMARK(read_one_byte)->Iterations(200'000)->Repetitions(5);
BENCHMARK(read_4096_bytes)->Iterations(50'000)->Repetitions(5);
BENCHMARK(clock_gettime_call)->Iterations(200'000)->Repetitions(5);
BENCHMARK(unpatched_getppid)->Iterations(20'000)->Repetitions(5);

}  // namespace

BENCHMARK_MAIN();
