/// weft-runtime: what runs inside the recorded program, and inside its replays.
///
///   weft-runtime record CHANNEL_FD PATH ARGV0 [ARG...]
///   weft-runtime record-child CHANNEL_FD SLOT PATH ARGV0 [ARG...]    (process/followed_exec.h)
///   weft-runtime replay CHANNEL_FD LOG_FD SLOT
///
/// The kernel starts it like any static program, on a stack that nobody uses again after the jump
/// into the program. It has no libc: entry.S calls weft_main.
#include <asm/stat.h>

#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/image/loader.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/log/process_pool.h"
#include "recorder/runtime/memory/map_calls.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/time_stamp.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/checkpoint.h"
#include "weft/trace/chunk_format.h"

namespace weft::runtime {

State g_state;

FileIdentity file_identity(int fd) {
  struct stat status;
  if (raw(__NR_fstat, static_cast<uint64_t>(fd), address_of(&status)) != 0) return {0, 0};
  return {status.st_dev, status.st_ino};
}

void name_process() {
  g_state.pid = static_cast<int32_t>(raw(__NR_getpid));
  Text(g_state.process_exe, sizeof g_state.process_exe)
      .add("/proc/")
      .add_decimal(g_state.pid)
      .add("/exe");
}

namespace {

Stream stream_of(int fd) {
  constexpr uint32_t kFormat = 0170000, kDevice = 0020000, kRegular = 0100000;
  constexpr uint64_t kGetTermios = 0x5401;
  struct stat status;
  if (raw(__NR_fstat, static_cast<uint64_t>(fd), address_of(&status)) != 0) return Stream::kNone;
  if ((status.st_mode & kFormat) == kRegular) return Stream::kFile;
  if ((status.st_mode & kFormat) != kDevice) return Stream::kOwn;
  uint8_t termios[64];
  const long error = raw(__NR_ioctl, static_cast<uint64_t>(fd), kGetTermios, address_of(termios));
  return error == 0 ? Stream::kOwn : Stream::kNone;
}

struct Start {
  int argument_count;
  const char** arguments;
  const char** environment;
  const uint64_t* auxiliary;
};

Start read_stack(uint64_t* sp) {
  Start start;
  start.argument_count = static_cast<int>(sp[0]);
  start.arguments = reinterpret_cast<const char**>(sp + 1);
  start.environment = start.arguments + start.argument_count + 1;
  const char** end = start.environment;
  while (*end != nullptr) ++end;
  start.auxiliary = reinterpret_cast<const uint64_t*>(end + 1);
  return start;
}

int number_from(const char* text) {
  int value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) value = value * 10 + (*text - '0');
  return value;
}

[[noreturn]] void leave_with(const char* message, uint64_t status) {
  raw(__NR_write, 2, address_of(message), __builtin_strlen(message));
  for (;;) raw(__NR_exit_group, status);
}

Thread* first_thread() {
  extended_state_init();
  name_process();
  Thread* thread = allocate_thread();
  thread->tid = g_state.pid;
  begin_program_process(thread, g_state.pid);
  set_gs_base(address_of(thread));
  use_signal_stack(thread);
  memory_map_reset();
  map_stubs();
  return thread;
}

[[noreturn]] void setup_failed(uint32_t error_class, long error, const char* message) {
  channel::RecordChannel* channel = record_channel();
  channel->setup_class = error_class;
  Text(channel->setup_message, sizeof channel->setup_message).add(message);
  channel->setup_error.store(static_cast<uint32_t>(error), std::memory_order_release);
  for (;;) raw(__NR_exit_group, error_class);
}

/// `arguments`: of the program, its path first.
[[noreturn]] void record(const Start& start, RingPlace place, const char** arguments) {
  const int fd = number_from(start.arguments[2]);
  if (!map_record_channel(fd, place)) leave_with("weft-runtime: not a record channel\n", 2);
  if (record_channel()->follows != 0) map_process_pool(fd);
  raw(__NR_close, static_cast<uint64_t>(fd));
  g_state.mode = Mode::kRecord;
  set_shown_processor(record_channel()->processor);
  g_state.leaves_text = record_channel()->leaves_text != 0;
  g_state.program_start = layout::kProgramStart;
  g_state.format_version =
      record_channel()->follows != 0 ? trace::kFormatVersion : trace::kOneProcessVersion;
  for (int file = 0; file < 3; ++file) {
    g_state.standard_files[file] = file_identity(file);
    g_state.standard_streams[file] = stream_of(file);
  }
  Thread* thread = first_thread();
  read_inherited_signals(thread);
  baton_init(thread);
  raw(__NR_set_tid_address, address_of(&thread->alive));  // may be read after its end (baton.cc)
  install_handlers();
  save_auxiliary_vector(start.auxiliary);
  kernel_clock_init(start.auxiliary);
  const Program program{arguments[0], arguments + 1, start.environment};
  if (const long error = load_program(thread, program))
    setup_failed(2, -error, "the program could not be loaded");
  if (const long error = arm_dispatch()) {
    setup_failed(3, -error,
                 "the kernel has no Syscall User Dispatch (Linux 5.11 or later is needed)");
  }
  record_channel()->program_loaded.store(1, std::memory_order_release);
  weft_leave();
}

[[noreturn]] void replay(const Start& start) {
  const ReplayFiles files{number_from(start.arguments[2]), number_from(start.arguments[3]),
                          static_cast<uint32_t>(number_from(start.arguments[4]))};
  if (!map_replay_channel(files)) leave_with("weft-runtime: not a replay channel\n", 2);
  raw(__NR_close, static_cast<uint64_t>(files.log_fd));
  allow_debugger();
  g_state.mode = Mode::kReplay;
  g_state.program_start = replay_channel()->program_start;
  set_shown_processor(replay_channel()->processor);
  g_state.format_version = replay_channel()->format_version;
  Thread* thread = first_thread();
  install_handlers();
  trap_time_stamps();
  load_program_from_log(thread);
  if (arm_dispatch() != 0) leave_with("weft-runtime: the kernel has no Syscall User Dispatch\n", 3);
  go_on(thread);
  weft_leave();
}

}  // namespace

extern "C" [[noreturn]] void weft_main(uint64_t* sp) {
  const Start start = read_stack(sp);
  const char* mode = start.argument_count >= 4 ? start.arguments[1] : "";
  if (__builtin_strcmp(mode, "record") == 0 && start.argument_count >= 5)
    record(start, {0, channel::kRingBytes}, start.arguments + 3);
  if (__builtin_strcmp(mode, "record-child") == 0 && start.argument_count >= 6) {
    const auto slot = static_cast<uint32_t>(number_from(start.arguments[3]));
    record(start, {channel::slot_offset(slot), channel::kChildRingBytes}, start.arguments + 4);
  }
  if (__builtin_strcmp(mode, "replay") == 0 && start.argument_count >= 5) replay(start);
  leave_with("weft-runtime is started by weft; see weft --help\n", 2);
}

}  // namespace weft::runtime

// What the compiler expects of a freestanding environment.
extern "C" {
void* memcpy(void* to, const void* from, size_t bytes) {
  void* result = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)::"memory");
  return result;
}
void* memset(void* to, int value, size_t bytes) {
  void* result = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
  return result;
}
void* memmove(void* to, const void* from, size_t bytes) {
  auto* end = static_cast<unsigned char*>(to) + bytes - 1;
  const auto* last = static_cast<const unsigned char*>(from) + bytes - 1;
  if (to <= from) return memcpy(to, from, bytes);
  asm volatile("std; rep movsb; cld" : "+D"(end), "+S"(last), "+c"(bytes)::"memory");
  return to;
}
int memcmp(const void* a, const void* b, size_t bytes) {
  const auto *x = static_cast<const unsigned char*>(a), *y = static_cast<const unsigned char*>(b);
  for (; bytes > 0; --bytes, ++x, ++y) {
    if (*x != *y) return *x < *y ? -1 : 1;
  }
  return 0;
}
size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}
int strcmp(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}
}
