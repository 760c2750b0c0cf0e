// A vfork child frees, allocates, maps and writes all over before it executes: the parent has it
// all.
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

static volatile long far_away[64 * 1024];
static char* volatile blocks[32];
static int round_number;
static volatile unsigned char* volatile mapped;

static void change_everything(volatile long* up_the_stack) {
  for (int i = 0; i < 32; i += 3) {
    free(blocks[i]);
    blocks[i] = static_cast<char*>(malloc(3000 + (getpid() & 15)));
    memset(blocks[i], getpid(), 3000);
  }
  for (long i = 0; i < 64 * 1024; i += 100) far_away[i] = far_away[i] + getpid();
  mapped = static_cast<unsigned char*>(
      mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mapped[5000] = static_cast<unsigned char>(getpid());
  up_the_stack[0] = static_cast<long>(now_ns());
}

int main() {
  volatile long high[64 * 1024] = {};  // far above the stack pointer of the call
  volatile long deep[64 * 1024] = {};
  for (int i = 0; i < 32; ++i) blocks[i] = static_cast<char*>(malloc(100 + static_cast<size_t>(i)));
  for (round_number = 0; round_number < 3; ++round_number) {
    const pid_t child = vfork();
    expect(child >= 0);
    if (child == 0) {
      change_everything(&high[60'000]);
      execl("/bin/true", "true", nullptr);
      _exit(1);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0);
    expect(mapped[5000] == (child & 0xff));
    uint64_t hash = hash_bytes(const_cast<long*>(far_away), sizeof far_away);
    for (char* block : blocks) hash = hash_bytes(block, 100, hash);
    show("hash", hash);
    show("high", static_cast<uint64_t>(high[60'000] + deep[1]));
    for (int i = 1; i < 32; i += 3) {
      free(blocks[i]);
      blocks[i] = static_cast<char*>(calloc(1, 100));
    }
  }
  return done();
}
