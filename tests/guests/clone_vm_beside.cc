// A clone with CLONE_VM runs beside the program: it waits for futexes, maps memory, makes threads'
// calls, and executes another program or ends; its number is cleared.
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

static std::uint32_t turn;
static volatile int child_word = -1;
static volatile unsigned char* volatile mapped;
static volatile long values[1000];
alignas(16) static char stack[256 * 1024];

static void wait_for(uint32_t wanted) {
  for (;;) {
    const uint32_t now = __atomic_load_n(&turn, __ATOMIC_SEQ_CST);
    if (now == wanted) return;
    syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, now, nullptr, nullptr, 0);
  }
}
static void pass_to(uint32_t next) {
  __atomic_store_n(&turn, next, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 10, nullptr, nullptr, 0);
}

static int beside(void* way) {
  for (uint32_t i = 0; i < 20; ++i) {
    wait_for(2 * i + 1);
    values[i] = values[i] + static_cast<long>(now_ns());
    pass_to(2 * i + 2);
  }
  mapped = static_cast<unsigned char*>(
      mmap(nullptr, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mapped[100] = 77;
  if (way != nullptr) execl("/bin/true", "true", nullptr);
  return 5;
}

int main() {
  for (long way = 0; way < 2; ++way) {
    turn = 0;
    const int flags = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
    pid_t told = 0;
    const pid_t child = clone(beside, stack + sizeof stack, flags, reinterpret_cast<void*>(way),
                              &told, nullptr, &child_word);
    expect(child > 0 && told == child);
    for (uint32_t i = 0; i < 20; ++i) {
      pass_to(2 * i + 1);
      wait_for(2 * i + 2);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == (way != 0 ? 0 : 5));
    expect(child_word == 0 && mapped[100] == 77);
    child_word = -1;
    show("values", hash_bytes(const_cast<long*>(values), sizeof values));
  }
  return done();
}
