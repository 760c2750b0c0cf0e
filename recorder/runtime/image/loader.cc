/// The loader, after the kernel's fs/binfmt_elf.c and fs/binfmt_script.c.
///
/// The trace gets, in this order: kExec, then for each segment kMap + kData, then the stack as kMap
/// + kData, then kStart.
#include "recorder/runtime/image/loader.h"

#include <sys/mman.h>

#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/hooks/hooks.h"
#include "recorder/runtime/image/elf_image.h"
#include "recorder/runtime/image/first_processor.h"
#include "recorder/runtime/image/first_stack.h"
#include "recorder/runtime/image/stand_in_vdso.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/mapped/shared_watch.h"
#include "recorder/runtime/memory/apply_map.h"
#include "recorder/runtime/memory/map_calls.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/trace/process_flags.h"

namespace weft::runtime {

using layout::page_up;

namespace {

/// Comm, command line and the like, as for any other process.
void tell_kernel(const char* path, const Image& image, MemoryLayout known) {
  const char* name = path;
  for (const char* at = path; *at != 0; ++at) {
    if (*at == '/') name = at + 1;
  }
  raw(__NR_prctl, 15 /* PR_SET_NAME */, address_of(name));
  known.code_start = image.base != 0 ? image.base : 0x10000;
  known.code_end = known.data_start = known.data_end = image.end;
  known.heap_start = known.heap = heap_area();
  known.exe_fd = UINT32_MAX;
  raw(__NR_prctl, 35 /* PR_SET_MM */, 14 /* PR_SET_MM_MAP */, address_of(&known), sizeof known, 0);
}

void log_exec(const Thread* thread, const Program& program) {
  EventWriter event(trace::EventKind::kExec, thread);
  trace::ExecRecord record{0, 0};
  uint64_t room = event.room() / 2;
  const auto fitting = [&room](const char** list) {
    uint32_t count = 0;
    for (; list[count] != nullptr; ++count) {
      const uint64_t bytes = __builtin_strlen(list[count]) + 1;
      if (bytes > room) break;
      room -= bytes;
    }
    return count;
  };
  record.argument_count = fitting(program.argv);
  record.environment_count = fitting(program.envp);
  event.put_bytes(&record, sizeof record);
  event.put_bytes(g_state.program_path, __builtin_strlen(g_state.program_path) + 1);
  for (uint32_t i = 0; i < record.argument_count; ++i) {
    event.put_bytes(program.argv[i], __builtin_strlen(program.argv[i]) + 1);
  }
  for (uint32_t i = 0; i < record.environment_count; ++i) {
    event.put_bytes(program.envp[i], __builtin_strlen(program.envp[i]) + 1);
  }
  event.commit(g_state.pid);
}

/// True of a process that others were there before: they may map what it maps.
bool shares_from_start() {
  return record_channel()->process != 0;
}

void log_start(const Thread* thread) {
  EventWriter event(trace::EventKind::kStart, thread);
  const trace::StartRecord record{thread->registers, thread->signal_mask, ignored_signals()};
  event.put_bytes(&record, sizeof record);
  uint8_t flags = 0;
  if (g_state.leaves_text) flags |= trace::kTextLeft;
  if (shares_from_start()) flags |= trace::kSharesFromStart;
  event.set_flags(flags);
  event.commit(0);
  if (shares_from_start()) watch_shared();
}

void start_at(Thread* thread, uint64_t ip, uint64_t sp) {
  thread->registers = {};
  thread->registers.rip = ip;
  thread->registers.rsp = sp;
  thread->registers.rflags = 0x202;
  set_fs_base(0);
  reset_extended_state();
}

/// /proc/self/exe: the real path of `file`, and which file it is.
void remember_path(const File& file) {
  g_state.program_file = file_identity(static_cast<int>(file.fd()));
  char link[64];
  Text(link, sizeof link).add("/proc/self/fd/").add_decimal(file.fd());
  const long length =
      raw(__NR_readlink, address_of(link), address_of(g_state.program_path), kMaxPath - 1);
  g_state.program_path[length > 0 ? length : 0] = 0;
}

/// Loads what `program.path`, which is an ELF file, names.
long load_elf(Thread* thread, const Program& program, const char* elf_path) {
  static Image image, interpreter;
  const File file(elf_path);
  if (file.fd() < 0) return file.fd();
  if (const long error = read_image(file, &image)) return error;
  remember_path(file);
  log_exec(thread, program);
  publish_hooks(thread);
  if (image.header.e_type == ET_EXEC) {
    // Stubs must be near: the lowest pages, below any program linked at its usual address.
    map_low_stubs();
  }
  if (const long error = map_image(thread, file, &image)) return error;
  if (image.interpreter[0] != 0) {
    const File interpreter_file(image.interpreter);
    if (interpreter_file.fd() < 0) return interpreter_file.fd();
    if (const long error = read_image(interpreter_file, &interpreter)) return error;
    if (const long error = map_image(thread, interpreter_file, &interpreter)) return error;
  }
  keep_low_stubs_if_needed();
  const uint32_t protection = stack_protection(image);
  const uint64_t stack_bytes = map_stack(protection);
  if (stack_bytes == 0) return -kENOMEM;
  const uint64_t vdso = map_stand_in_vdso();
  if (vdso != 0) {
    log_anonymous_map(thread, vdso, layout::kPage, PROT_READ | PROT_EXEC);
    write_data_events(thread, vdso, layout::kPage);
  }
  MemoryLayout known{};
  const uint64_t sp = build_stack(program, {image, interpreter, vdso}, &known);
  log_anonymous_map(thread, stack_end() - stack_bytes, stack_bytes, protection);
  write_data_events(thread, sp, stack_end() - sp);
  tell_kernel(program.path, image, known);
  start_at(thread, image.interpreter[0] != 0 ? interpreter.entry() : image.entry(), sp);
  if (g_state.leaves_text) {
    write_suspect(thread,
                  "no code is patched (--no-patch): what the program asks the processor is "
                  "not recorded");
  }
  log_start(thread);
  return 0;
}

}  // namespace

long check_program(const Program& program) {
  static Resolved resolved;
  static Image image;
  if (const long error = resolve_scripts(program, &resolved)) return error;
  const File file(resolved.path);
  if (file.fd() < 0) return file.fd();
  if (const long error = read_image(file, &image)) return error;
  if (image.interpreter[0] == 0) return 0;
  const File interpreter(image.interpreter);
  return interpreter.fd() < 0 ? interpreter.fd() : 0;
}

long load_program(Thread* thread, const Program& program) {
  static Resolved resolved;
  if (const long error = resolve_scripts(program, &resolved)) return error;
  if (resolved.prefix_count == 0) return load_elf(thread, program, resolved.path);
  // argv[0] gives way to: interpreter, its argument, script
  const int count = count_of(program.argv);
  const uint64_t bytes = page_up((static_cast<uint64_t>(count) + 16) * sizeof(char*));
  const long memory =
      raw(__NR_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is_error(memory)) return memory;
  const char** argv = pointer_to<const char*>(static_cast<uint64_t>(memory));
  int at = 0;
  for (int i = 0; i < resolved.prefix_count; ++i) argv[at++] = resolved.prefix[i];
  for (int i = 1; i < count; ++i) argv[at++] = program.argv[i];
  argv[at] = nullptr;
  const long result = load_elf(thread, {program.path, argv, program.envp}, resolved.path);
  raw(__NR_munmap, static_cast<uint64_t>(memory), bytes);
  return result;
}

void load_program_from_log(Thread* thread) {
  g_state.loading = true;
  if (!processor_is_recorded()) pin_processor();
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kExec)) {
    report_divergence(thread, "no program image where one was recorded");
  }
  const char* path = reinterpret_cast<const char*>(payload_of(event) + sizeof(trace::ExecRecord));
  g_state.program_path[0] = 0;
  Text(g_state.program_path, kMaxPath).add(path);
  thread->tid = static_cast<int32_t>(event->result);
  consume_event();
  map_low_stubs();
  event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kStart)) {
    report_divergence(thread, "the program image does not start");
  }
  const auto& start = *reinterpret_cast<const trace::StartRecord*>(payload_of(event));
  g_state.leaves_text = (event->flags & trace::kTextLeft) != 0;
  if ((event->flags & trace::kSharesFromStart) != 0) watch_shared();
  consume_event();
  finish_maps();
  keep_low_stubs_if_needed();
  set_inherited_signals(thread, start.signal_mask, start.ignored_signals);
  start_at(thread, start.registers.rip, start.registers.rsp);
  g_state.loading = false;
}

}  // namespace weft::runtime