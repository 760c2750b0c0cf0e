#include "recorder/runtime/process/exec.h"

#include <linux/fcntl.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/seccomp.h"
#include "recorder/runtime/calls/self_paths.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/nudge.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/hooks/coroutine_hooks.h"
#include "recorder/runtime/hooks/fiber_hooks.h"
#include "recorder/runtime/hooks/hook_places.h"
#include "recorder/runtime/image/loader.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/memory/map_calls.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/process/leader.h"
#include "recorder/runtime/process/sharing_child.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/child_paths.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/sites/question_sites.h"
#include "recorder/runtime/sites/state_stubs.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/futex_queue.h"
#include "recorder/runtime/turns/gathering.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kMaxStrings = 8u << 20;  // bytes of arguments and environment, pointers included

struct PendingExec {
  std::atomic<uint32_t> active;
  Thread* caller;
  Program program;
  uint64_t memory;  // holds the strings
};
PendingExec g_exec;

/// Copies strings of the program into runtime memory.
class StringCopier {
 public:
  StringCopier(uint64_t memory, uint64_t bytes) : next_(memory), end_(memory + bytes) {}

  /// nullptr with error() set if it cannot be read or does not fit.
  const char* string(uint64_t address) {
    const long length = weft_string_guarded(pointer_to<char>(address), kMaxStrings);
    if (length < 0) return give_up(-kEFAULT);
    const uint64_t bytes = static_cast<uint64_t>(length) + 1;
    char* to = static_cast<char*>(take(bytes));
    if (to != nullptr) weft_copy_guarded(to, pointer_to<void>(address), bytes);
    return to;
  }

  const char** list(uint64_t address) {
    uint64_t count = 0, pointer = 0;
    if (address != 0) {
      while (read(address + count * 8, &pointer) && pointer != 0) ++count;
    }
    auto** to = static_cast<const char**>(take((count + 1) * 8));
    for (uint64_t i = 0; to != nullptr && i < count; ++i) {
      if (!read(address + i * 8, &pointer) || (to[i] = string(pointer)) == nullptr) return nullptr;
    }
    return to;  // fresh memory: the final pointer is zero
  }

  long error() const { return error_; }

 private:
  bool read(uint64_t address, uint64_t* value) {
    if (weft_copy_guarded(value, pointer_to<void>(address), 8) == 0) return true;
    error_ = -kEFAULT;
    return false;
  }
  char* give_up(long error) {
    error_ = error;
    return nullptr;
  }
  void* take(uint64_t bytes) {
    const uint64_t at = (next_ + 7) & ~uint64_t{7};
    if (at + bytes > end_) return give_up(-kE2BIG);
    next_ = at + bytes;
    return pointer_to<void>(at);
  }

  uint64_t next_, end_;
  long error_ = 0;
};

void close_on_exec_files() {
  const long directory = raw(__NR_open, address_of("/proc/self/fd"), O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  alignas(8) static char buffer[32 * 1024];
  // Closing while reading may skip entries: again until nothing was closed.
  for (bool closed = true; closed;) {
    closed = false;
    raw(__NR_lseek, static_cast<uint64_t>(directory), 0, 0);
    long bytes;
    while ((bytes = raw(__NR_getdents64, static_cast<uint64_t>(directory), address_of(buffer),
                        sizeof buffer)) > 0) {
      for (long at = 0; at < bytes;) {
        uint16_t record_bytes;
        __builtin_memcpy(&record_bytes, buffer + at + 16, 2);
        uint64_t fd = 0;
        bool number = false;
        for (const char* digit = buffer + at + 19; *digit >= '0' && *digit <= '9'; ++digit) {
          fd = fd * 10 + static_cast<uint64_t>(*digit - '0');
          number = true;
        }
        at += record_bytes;
        if (!number || fd == static_cast<uint64_t>(directory)) continue;
        if ((raw(__NR_fcntl, fd, F_GETFD) & FD_CLOEXEC) == 0) continue;
        raw(__NR_close, fd);
        closed = true;
      }
    }
  }
  raw(__NR_close, static_cast<uint64_t>(directory));
}

/// What both halves forget when a new image begins.
void reset_program_state(Thread* survivor) {
  for_each_thread([survivor](Thread* thread) {
    if (thread == survivor) return;
    thread->alive = 0;
    release_thread(thread);
  });
  forget_places(0, UINT64_MAX);
  forget_fibers();
  forget_coroutines();
  survivor->current_task = survivor->fiber_task = survivor->fiber_top = 0;
  survivor->clear_child_tid = survivor->robust_list = 0;
  survivor->signal_stack = {0, 2 /* SS_DISABLE */, 0, 0};
  survivor->has_frame_mask = false;
  forget_futex_waiters();
  forget_all_generated_code();
  forget_questions();
  forget_path_sites();
  forget_state_stubs();
  forget_spin_places();
  unmap_program();
  memory_map_reset();
  map_stubs();
}

/// The other threads end; on return this one is alone.
void wait_for_others(const Thread* survivor) {
  for_each_thread([survivor](Thread* thread) {
    if (thread == survivor) return;
    while (__atomic_load_n(&thread->alive, __ATOMIC_ACQUIRE) != 0) {
      const int64_t pause[2] = {0, 100'000};
      nudge(thread->tid);
      raw(__NR_nanosleep, address_of(pause), 0);
    }
  });
}

[[noreturn]] void replace_program(Thread* survivor) {
  wait_for_others(survivor);
  baton_reset(survivor);
  take_processors_to_execute(survivor);
  survivor->pending.store(0);
  for (uint64_t timer = 0; timer < 4096; ++timer) {
    if (static_cast<int64_t>(timer) != survivor->nudge_timer) raw(__NR_timer_delete, timer);
  }
  raw(__NR_set_robust_list, 0, 24);
  reset_handlers_for_exec();
  reset_program_state(survivor);
  const Program program = g_exec.program;
  const uint64_t memory = g_exec.memory;
  g_exec.active.store(0);
  if (load_program(survivor, program) != 0) {  // as the kernel does past the point of no return
    raw(__NR_kill, static_cast<uint64_t>(g_state.pid), 9);
  }
  forget_descriptors();
  close_on_exec_files();  // after loading: the program may be one of them (fexecve)
  raw(__NR_munmap, memory, kMaxStrings);
  apply_mask(survivor->signal_mask);
  weft_leave();
}

long record_exec(Call& call) {
  const bool at = call.number == __NR_execveat;
  const long memory = raw(__NR_mmap, 0, kMaxStrings, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (is_error(memory)) return memory;
  StringCopier copier(static_cast<uint64_t>(memory), kMaxStrings);
  static char at_path[64 + kMaxPath];
  Program program{};
  program.path = copier.string(call.args[at ? 1 : 0]);
  if (program.path != nullptr) program.argv = copier.list(call.args[at ? 2 : 1]);
  if (program.argv != nullptr) program.envp = copier.list(call.args[at ? 3 : 2]);
  long error = copier.error();
  if (error == 0) {
    if (const char* real = real_self_path(program.path)) program.path = real;
    const auto directory = static_cast<int32_t>(call.args[0]);
    if (at && program.path[0] != '/' && directory != AT_FDCWD) {
      Text text(at_path, sizeof at_path);
      text.add("/proc/self/fd/").add_decimal(directory);
      if (program.path[0] != 0) text.add("/").add(program.path);
      program.path = at_path;
    }
    error = check_program(program);
  }
  if (error == 0 && !outlive_children(call)) error = -kEAGAIN;
  if (error != 0) {
    raw(__NR_munmap, static_cast<uint64_t>(memory), kMaxStrings);
    return error;
  }
  g_exec.caller = call.thread;
  g_exec.program = program;
  g_exec.memory = static_cast<uint64_t>(memory);
  leave_gathering_to_execute(call.thread);
  block_all_signals();
  g_exec.active.store(1, std::memory_order_seq_cst);
  if (is_leader(call.thread)) replace_program(call.thread);
  call_leader(call.thread);
  for (;;) raw(__NR_exit, 0);
}

}  // namespace

extern "C" void weft_on_exec(Thread* thread) {
  if (thread != g_exec.caller) adopt(thread, g_exec.caller);
  replace_program(thread);
}

bool exec_wants(const Thread* thread) {
  return g_exec.active.load(std::memory_order_seq_cst) != 0 &&
         !(thread == g_exec.caller && is_leader(thread));
}

void leave_for_exec(SignalContext* context, Thread* thread) {
  if (!is_leader(thread)) raw(__NR_exit, 0);
  context->rip = address_of(&weft_entry_exec);
  context->rsp = thread->runtime_stack;
  context->flags &= ~uint64_t{0x500};
}

long on_execve(Call& call) {
  if (is_in_child(call.thread)) return exec_in_child(call);
  if (!recording()) return replay_call(call);  // a successful one meets kExec there
  long error = 0;
  if (!filter_answers(call, &error)) error = record_exec(call);
  log_call(call, error, nullptr);
  return error;
}

void exec_from_log(Thread* thread) {
  reset_handlers_for_exec();
  reset_program_state(thread);
  load_program_from_log(thread);
  weft_leave();
}

}  // namespace weft::runtime
