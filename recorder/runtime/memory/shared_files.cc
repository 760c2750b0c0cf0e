#include "recorder/runtime/memory/shared_files.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/shared_watch.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

constexpr int kMaxMappings = 1024;

struct SharedMappings {
  int count;
  trace::MapRecord items[kMaxMappings];
};
SharedMappings g_shared;

bool read_size(uint64_t fd, uint64_t* bytes) {
  struct stat status;
  if (raw(__NR_fstat, fd, address_of(&status)) != 0) return false;
  *bytes = static_cast<uint64_t>(status.st_size);
  return true;
}

/// Calls visit(mapping) for every shared mapping of the file.
template <class F>
void for_each_mapping(const FileIdentity& file, F visit) {
  for (int i = 0; i < g_shared.count; ++i) {
    trace::MapRecord& mapping = g_shared.items[i];
    if (same_file(file, {mapping.device, mapping.inode})) visit(mapping);
  }
}

/// Where a write of `bytes` bytes that has just ended began in its file.
uint64_t written_offset(const Call& call, uint64_t bytes) {
  switch (call.number) {
    case __NR_pwrite64:
    case __NR_pwritev:
    case __NR_pwritev2:
      if (call.args[3] != UINT64_MAX) return call.args[3];
      [[fallthrough]];
    default:
      return static_cast<uint64_t>(raw(__NR_lseek, call.args[0], 0, 1 /* SEEK_CUR */)) - bytes;
  }
}

/// Adds what a mapping shows of the bytes [begin, end) of its file.
void add_part(const trace::MapRecord& mapping, uint64_t begin, uint64_t end, OutputList* outputs) {
  const uint64_t from = begin > mapping.file_offset ? begin : mapping.file_offset;
  const uint64_t mapped_end = mapping.file_offset + mapping.length;
  const uint64_t to = end < mapped_end ? end : mapped_end;
  if (from < to)
    outputs->add(trace::kAbsolute, mapping.address + from - mapping.file_offset, to - from);
}

/// Other pages exist now. A private mapping has lost its own copies of those after the end, too.
void log_resized(const Thread* thread, trace::MapRecord& mapping, uint64_t file_bytes) {
  mapping.file_size = file_bytes;
  mapping.content_bytes = 0;
  {
    EventWriter event(trace::EventKind::kMap, thread);
    event.put_bytes(&mapping, sizeof mapping);
    event.commit(0);
  }
  if ((mapping.flags & MAP_SHARED) != 0 || file_bytes <= mapping.file_offset) return;
  const uint64_t behind = layout::page_up(file_bytes - mapping.file_offset);
  write_data_events(thread, mapping.address, behind < mapping.length ? behind : mapping.length);
}

/// True for what fallocate does to bytes that are there: holes, zeros, and moving them.
bool changes_bytes(const Call& call) {
  constexpr uint64_t kKeepSize = 1;
  return call.number == __NR_fallocate && (call.args[1] & ~kKeepSize) != 0;
}

}  // namespace

void note_shared_mapping(const trace::MapRecord& record) {
  if (g_shared.count < kMaxMappings) g_shared.items[g_shared.count++] = record;
}

void forget_shared_mappings(uint64_t begin, uint64_t end) {
  unwatch_shared(begin, end);
  for (int i = 0; i < g_shared.count; ++i) {
    const trace::MapRecord& mapping = g_shared.items[i];
    // A mapping that is cut in two keeps its entry: effects outside of it are harmless.
    if (begin <= mapping.address && mapping.address + mapping.length <= end) {
      g_shared.items[i--] = g_shared.items[--g_shared.count];
    }
  }
}

void forget_all_shared_mappings() {
  unwatch_all_shared();
  g_shared.count = 0;
}

long on_file_write(Call& call) {
  if (!recording() || g_shared.count == 0) return perform(call);
  const long result = enter_kernel(call);
  if (result == -kERestart) return kRestart;
  static OutputList outputs;
  outputs.clear();
  collect_sent(call, result, &outputs);
  if (result > 0) {
    const uint64_t bytes = static_cast<uint64_t>(result);
    for_each_mapping(file_behind(call.args[0]), [&](const trace::MapRecord& mapping) {
      const uint64_t begin = written_offset(call, bytes);
      add_part(mapping, begin, begin + bytes, &outputs);
    });
  }
  log_call(call, result, &outputs);
  return result;
}

long on_file_resize(Call& call) {
  if (!recording() || g_shared.count == 0) return perform(call);
  const long result = enter_kernel(call);
  if (result == -kERestart) return kRestart;
  static OutputList outputs;
  outputs.clear();
  uint64_t file_bytes = 0;
  if (result == 0 && read_size(call.args[0], &file_bytes)) {
    for_each_mapping(file_behind(call.args[0]), [&](trace::MapRecord& mapping) {
      log_resized(call.thread, mapping, file_bytes);
      if (changes_bytes(call)) add_part(mapping, call.args[2], file_bytes, &outputs);
    });
  }
  log_call(call, result, &outputs);
  return result;
}

}  // namespace weft::runtime
