#include "recorder/runtime/process/followed_exec.h"

#include <asm/stat.h>
#include <linux/fcntl.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/self_paths.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/image/loader.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/process_pool.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kOwnWords = 5;  // weft-runtime record-child FD SLOT PATH

/// What the child has in memory until it is gone. The memory is the program's too: nothing of it may
/// lie on a stack.
struct Words {
  char path[kMaxPath];
  char fd[16], slot[16];
  const char* argv[];
};

uint64_t count_pointers(uint64_t list) {
  uint64_t count = 0, pointer = 0;
  while (list != 0 && read_program(list + count * 8, &pointer) && pointer != 0) ++count;
  return count;
}

/// The rights of the process would change, or it may not execute it at all.
bool kernel_must_do_it(const char* path) {
  constexpr uint32_t kOtherRights = 06000, kEffectiveUser = 0x200, kMayExecute = 1;
  struct stat status{};
  return raw(__NR_stat, address_of(path), address_of(&status)) != 0 ||
         (status.st_mode & kOtherRights) != 0 ||
         raw(__NR_faccessat2, static_cast<uint64_t>(AT_FDCWD), address_of(path), kMayExecute,
             kEffectiveUser) != 0;
}

bool read_path(uint64_t address, char (&path)[kMaxPath]) {
  const long length = weft_string_guarded(pointer_to<char>(address), sizeof path);
  if (length < 0 || length >= static_cast<long>(sizeof path)) return false;
  weft_copy_guarded(path, pointer_to<void>(address), static_cast<uint64_t>(length) + 1);
  const char* real = real_self_path(path);
  if (real != nullptr) __builtin_memcpy(path, real, __builtin_strlen(real) + 1);
  return true;
}

long open_channels() {
  char path[64];
  Text(path, sizeof path)
      .add("/proc/")
      .add_decimal(record_channel()->recorder_pid)
      .add("/fd/")
      .add_decimal(record_channel()->recorder_fd);
  return raw(__NR_open, address_of(path), O_RDWR);
}

/// nullptr without memory. `count`: of the arguments.
Words* words_for(Thread* child, uint64_t count) {
  const uint64_t bytes = layout::page_up(sizeof(Words) + (kOwnWords + count + 1) * 8);
  const long memory =
      raw(__NR_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is_error(memory)) return nullptr;
  child->exec_memory = static_cast<uint64_t>(memory);
  child->exec_memory_bytes = bytes;
  return pointer_to<Words>(child->exec_memory);
}

void drop_words(Thread* child) {
  if (child->exec_memory != 0) raw(__NR_munmap, child->exec_memory, child->exec_memory_bytes);
  child->exec_memory = 0;
}

void fill_in(Words* words, uint64_t argv, uint64_t count, long fd, int slot) {
  Text(words->fd, sizeof words->fd).add_decimal(fd);
  Text(words->slot, sizeof words->slot).add_decimal(slot);
  const char* own[kOwnWords] = {"weft-runtime", "record-child", words->fd, words->slot,
                                words->path};
  for (uint64_t i = 0; i < kOwnWords; ++i) words->argv[i] = own[i];
  weft_copy_guarded(words->argv + kOwnWords, pointer_to<void>(argv), count * 8);
  words->argv[kOwnWords + count] = nullptr;
}

/// Does it, or comes back.
void execute(Call& call, Words* words, uint64_t count) {
  const long fd = open_channels();
  if (fd < 0) return;
  const int slot = claim_channel(trace::ProcessBegin::kFresh);
  if (slot != kNoSlot) {
    fill_in(words, call.args[1], count, fd, slot);
    name_child(slot, call.thread->process->pid);
    call.thread->is_followed = true;
    const uint64_t args[6] = {address_of("/proc/self/exe"), address_of(words->argv), call.args[2]};
    Call exec = call;
    exec.block = syscall::Block::kLikely;
    const long result = enter_kernel(exec, args);
    call.thread->is_followed = false;
    name_child(slot, is_error(result) ? result : -kEAGAIN);
  }
  raw(__NR_close, static_cast<uint64_t>(fd));
}

}  // namespace

void exec_followed(Call& call) {
  Thread* child = call.thread;
  if (record_channel()->follows == 0 || call.number != __NR_execve ||
      child->process->shares_files || child->process->is_traced)
    return;
  const uint64_t count = count_pointers(call.args[1]);
  Words* words = count != 0 ? words_for(child, count) : nullptr;
  if (words == nullptr) return;
  const char* empty[] = {"", nullptr};
  if (read_path(call.args[0], words->path) && !kernel_must_do_it(words->path) &&
      check_program({words->path, empty, empty}) == 0)
    execute(call, words, count);
  drop_words(child);
}

bool end_followed_exec(Thread* child) {
  drop_words(child);
  return child->is_followed;
}

}  // namespace weft::runtime
