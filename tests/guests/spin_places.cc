// Threads wait for each other by loads alone, in loops where passes come to be counted: while a
// timer's signal comes, with faults and jumps in the middle of them, and in a forked child.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>

#include <atomic>
#include <thread>
#include <vector>

#include "guest.h"

// long spin_on(const int* word, long limit): waits until *word is not 0; the passes, `limit` at most.
// spin_test, spin_branch: the same, but they begin with the second and the third instruction.
extern "C" long spin_on(const int* word, long limit);
extern "C" long spin_test(const int* word, long limit, int first);
extern "C" long spin_branch(const int* word, long limit, int first);
extern "C" const char spin_on_end[];
asm(R"(
    .text
    .globl spin_on, spin_test, spin_branch, spin_on_end
spin_on:
    xor %ecx, %ecx
1:  mov (%rdi), %eax
2:  test %eax, %eax
3:  jnz 4f
    inc %rcx
    cmp %rsi, %rcx
    jb 1b
4:  mov %rcx, %rax
    ret
spin_test:
    xor %ecx, %ecx
    mov %edx, %eax
    jmp 2b
spin_branch:
    xor %ecx, %ecx
    test %edx, %edx
    jmp 3b
spin_on_end:
    .section .note.GNU-stack,"",@progbits
    .text
)");

static std::atomic<int> turn;
static volatile uint64_t alarms, seen = kHashStart;

static void on_alarm(int) {
  const int now = turn;
  seen = hash_bytes(&now, sizeof now, seen);
  alarms = alarms + 1;
}

/// Several threads pass a turn around.
static uint64_t pass_turn(int threads, int rounds) {
  std::atomic<uint64_t> hash{kHashStart};
  turn = 0;
  std::vector<std::thread> all;
  for (int me = 0; me < threads; ++me) {
    all.emplace_back([&hash, me, threads, rounds] {
      for (int i = 0; i < rounds; ++i) {
        while (turn.load(std::memory_order_acquire) % threads != me) __builtin_ia32_pause();
        hash = hash_bytes(&i, sizeof i, hash);
        turn.fetch_add(1, std::memory_order_release);
      }
    });
  }
  for (std::thread& one : all) one.join();
  expect(turn == threads * rounds);
  return hash;
}

/// Threads compute under a lock that spins; `Lock` and `Unlock` are called with no arguments.
template <class Lock, class Unlock>
static uint64_t compute_locked(Lock lock, Unlock unlock) {
  uint64_t value = 1;
  std::vector<std::thread> all;
  for (uint64_t me = 0; me < 3; ++me) {
    all.emplace_back([&, me] {
      for (int i = 0; i < 60; ++i) {
        lock();
        for (int k = 0; k < 3000; ++k) value = value * 3 + me;
        unlock();
      }
    });
  }
  for (std::thread& one : all) one.join();
  return value;
}

static int* word;
static std::atomic<long> faults;

static void on_fault(int, siginfo_t* info, void* context) {
  const auto ip = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
  expect(info->si_addr == word);
  expect(ip >= reinterpret_cast<greg_t>(&spin_on) && ip < reinterpret_cast<greg_t>(spin_on_end));
  ++faults;
  expect(mprotect(word, 4096, PROT_READ | PROT_WRITE) == 0);
  *word = 1;
}

/// `rounds` times, a thread spins until the word changes, or cannot be read any more.
static void wait_for_word(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    *word = 0;
    std::atomic<bool> spins{false};
    std::thread other([&] {
      spins = true;
      show("passes", static_cast<uint64_t>(spin_on(word, INT64_MAX)));
    });
    while (!spins) {
    }
    for (int k = 0; k < 3'000'000; ++k) asm volatile("");
    if (i % 2 == 0) {
      *word = 1;
    } else {
      expect(mprotect(word, 4096, PROT_NONE) == 0);
    }
    other.join();
  }
}

int main() {
  struct sigaction fault{};
  fault.sa_sigaction = on_fault;
  fault.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &fault, nullptr);
  signal(SIGALRM, on_alarm);
  const itimerval timer{{0, 2000}, {0, 2000}}, none{};
  setitimer(ITIMER_REAL, &timer, nullptr);

  show("two", pass_turn(2, 500));
  show("five", pass_turn(5, 100));
  pthread_spinlock_t lock;
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  show("spin lock",
       compute_locked([&] { pthread_spin_lock(&lock); }, [&] { pthread_spin_unlock(&lock); }));
  std::atomic_flag flag = ATOMIC_FLAG_INIT;
  show("flag", compute_locked(
                   [&] {
                     while (flag.test_and_set(std::memory_order_acquire)) {
                     }
                   },
                   [&] { flag.clear(std::memory_order_release); }));

  setitimer(ITIMER_REAL, &none, nullptr);
  show("alarms", alarms);
  show("seen", seen);

  word = static_cast<int*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  expect(word != MAP_FAILED);
  wait_for_word(6);
  show("faults", static_cast<uint64_t>(faults));
  *word = 0;
  expect(spin_test(word, 100'000, 1) == 0 && spin_test(word, 100'000, 0) == 100'000);
  expect(spin_branch(word, 100'000, 1) == 0 && spin_branch(word, 100'000, 0) == 100'000);
  const pid_t child = fork();
  if (child == 0) {
    const bool well = spin_on(word, 100'000) == 100'000 && spin_test(word, 100'000, 0) == 100'000 &&
                      spin_branch(word, 100'000, 0) == 100'000;
    _exit(well ? 0 : 1);
  }
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  return done();
}
