#include "recorder/runtime/memory/map_calls.h"

#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/emulated_files.h"
#include "recorder/runtime/mapped/map_listeners.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/choose_address.h"
#include "recorder/runtime/memory/log_mapping.h"
#include "recorder/runtime/memory/mapping_protection.h"

namespace weft::runtime {

using layout::page_up;

namespace {

uint64_t g_heap_start, g_heap_end;  // brk

bool is_anonymous(const Call& call) {
  return (call.args[3] & MAP_ANONYMOUS) != 0;
}

/// Memory without a file is mapped at `address` now: in the tables, too.
void note_anonymous(const Call& call, uint64_t address) {
  const uint64_t end = address + page_up(call.args[1]), flags = call.args[3];
  if ((flags & MAP_SHARED) != 0) {
    MappedFile* file = hold_anonymous_file(end - address);
    g_memory_map.mapped(address, end, {file, 0, true});
    release_file(file);
  } else if ((flags & MAP_FIXED) != 0) {  // elsewhere nothing was there before
    g_memory_map.mapped(address, end);
  }
}

long record_mmap(Call& call) {
  const uint64_t flags = call.args[3];
  const auto fd = static_cast<int>(call.args[4]);
  long result = is_anonymous(call) ? 0 : refuse_mapping(call.thread, fd);
  if (result == 0) {
    result = choose_and_map(
        {call.args[0], call.args[1], protection_of(call), flags, call.args[4], call.args[5]});
  }
  if (!is_error(result)) {
    const uint64_t address = static_cast<uint64_t>(result), bytes = page_up(call.args[1]);
    if (!is_anonymous(call)) {
      log_file_mapping(call.thread,
                       {address, bytes, call.args[5], static_cast<uint32_t>(call.args[2]),
                        static_cast<uint32_t>(flags), fd});
    } else {
      note_anonymous(call, address);
      if ((flags & MAP_FIXED) != 0 && address + bytes <= image_end() &&
          (call.args[2] & PROT_WRITE) != 0) {
        note_data(address, bytes);
      }
    }
    note_protection(call, address, address + bytes);
  }
  log_call(call, result, nullptr);
  return result;
}

/// Files are mapped by the kMap event before. What is shared without a file is private here: nobody
/// shares it, and a copy of the process is to have its own.
long replay_mmap(Call& call) {
  const long result = replay_call(call);
  if (is_error(result)) return result;
  const uint64_t address = static_cast<uint64_t>(result), end = address + page_up(call.args[1]);
  if (!is_anonymous(call)) {
    note_protection(call, address, end);
    return result;
  }
  const uint64_t kept = call.args[3] & (MAP_GROWSDOWN | MAP_STACK);
  raw(__NR_mmap, address, call.args[1], protection_of(call),
      kept | MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  note_anonymous(call, address);
  note_protection(call, address, end);
  return result;
}

long set_heap_end(uint64_t wanted) {
  if (wanted < g_heap_start || wanted >= heap_end()) return static_cast<long>(g_heap_end);
  const uint64_t old_end = page_up(g_heap_end), new_end = page_up(wanted);
  if (new_end > old_end) {
    raw(__NR_mmap, old_end, new_end - old_end, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  } else if (new_end < old_end) {
    raw(__NR_munmap, new_end, old_end - new_end);
    g_memory_map.unmapped(new_end, old_end);
  }
  g_heap_end = wanted;
  return static_cast<long>(wanted);
}

}  // namespace

void memory_map_reset() {
  set_heap_start(heap_area());
  reset_addresses();
  g_memory_map.clear();
}

void unmap_program() {
  raw(__NR_munmap, 0x10000, layout::kLogAddress - 0x10000);
  raw(__NR_munmap, layout::kProgramStart, 0x7e00'0000'0000 - layout::kProgramStart);
}

void set_heap_start(uint64_t address) {
  g_heap_start = g_heap_end = address;
}

long on_mmap(Call& call) {
  return recording() ? record_mmap(call) : replay_mmap(call);
}

long on_munmap(Call& call) {
  const uint64_t address = call.args[0], bytes = page_up(call.args[1]);
  if (!may_be_programs(address, bytes)) return agree(call, -kEINVAL);
  const long result = recording() ? raw(__NR_munmap, address, call.args[1]) : replay_call(call);
  if (!is_error(result)) {
    if (!recording()) raw(__NR_munmap, address, call.args[1]);
    g_memory_map.unmapped(address, address + bytes);
    if (recording()) remember_hole(address, bytes);
  }
  if (recording()) log_call(call, result, nullptr);
  return result;
}

long on_mprotect(Call& call) {
  const uint64_t address = call.args[0], end = address + page_up(call.args[1]);
  const bool to_write = (call.args[2] & PROT_WRITE) != 0;
  long result = -kENOMEM;
  if (!recording()) {
    result = replay_call(call);
    if (!is_error(result) && to_write) write_emulated_files(address, end);
  }
  // Where memory is missing in the middle, what lies below has changed all the same.
  if (may_be_programs(address, end - address) &&
      (recording() || !is_error(result) || result == -kENOMEM)) {
    const long done = change_protection(call, address, end - address);
    if (recording()) result = done;
  }
  if (!is_error(result) && to_write) {
    forget_text(address, end);
    memory_was_opened(address, end);
  }
  if (recording()) log_call(call, result, nullptr);
  return result;
}

long on_brk(Call& call) {
  if (!recording()) {
    const long result = replay_call(call);
    if (set_heap_end(call.args[0]) != result)
      report_divergence(call, "weft computed another result than it recorded");
    return result;
  }
  const long result = set_heap_end(call.args[0]);
  log_call(call, result, nullptr);
  return result;
}

/// The kernel only emulates it. As where the kernel lacks it: what the pages show would have to be
/// recorded anew.
long on_remap_file_pages(Call& call) {
  if (recording()) write_unusual(call.thread, "refused: remap_file_pages");
  return agree(call, -kENOSYS);
}

namespace {

/// A process whose memory is the program's.
bool is_own(int32_t pid) {
  bool own = false;
  for_each_thread([&](const Thread* thread) { own = own || thread->process->pid == pid; });
  return own;
}

}  // namespace

long on_process_vm_writev(Call& call) {
  if (!recording()) return replay_call(call);
  const long result = enter_kernel(call);
  static OutputList outputs;
  outputs.clear();
  if (result > 0 && is_own(static_cast<int32_t>(call.args[0]))) {
    collect_iov(call.args[3], call.args[4], static_cast<uint64_t>(result), &outputs);
  }
  log_call(call, result, &outputs);
  return result;
}

}  // namespace weft::runtime
