/// Segments of System V shared memory: files without a name (mapped_files.h).
#include <linux/shm.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/choose_address.h"
#include "recorder/runtime/memory/log_mapping.h"
#include "recorder/runtime/memory/map_calls.h"

namespace weft::runtime {

using layout::page_up;

namespace {

constexpr uint64_t kReadOnly = 010000, kRound = 020000, kRemap = 040000;

/// Attaches where the program asks for, or where weft chooses.
long attach(const Call& call, uint64_t bytes) {
  uint64_t address = call.args[1];
  if ((call.args[2] & kRound) != 0) address &= ~(layout::kPage - 1);
  if (address != 0) {
    return may_be_programs(address, bytes) ? raw(__NR_shmat, call.args[0], address, call.args[2])
                                           : -kEINVAL;
  }
  const long room = reserve_arena(bytes);
  if (is_error(room)) return room;
  const auto place = static_cast<uint64_t>(room);
  const long result = raw(__NR_shmat, call.args[0], place, call.args[2] | kRemap);
  if (is_error(result)) raw(__NR_munmap, place, bytes);
  return result;
}

long record_shmat(const Call& call) {
  struct shmid64_ds status{};
  const long known = raw(__NR_shmctl, call.args[0], 2 /* IPC_STAT */, address_of(&status));
  if (is_error(known)) return known;
  const uint64_t bytes = page_up(status.shm_segsz);
  const long result = attach(call, bytes);
  if (is_error(result)) return result;
  const uint32_t protection = PROT_READ | ((call.args[2] & kReadOnly) != 0 ? 0 : PROT_WRITE);
  log_segment_mapping(call.thread, {.address = static_cast<uint64_t>(result),
                                    .bytes = bytes,
                                    .protection = protection,
                                    .has_id = true,
                                    .id = call.args[0]});
  return result;
}

/// Calls visit(part) for what is left of the segment that was attached at `address`.
template <class F>
void for_each_attached(uint64_t address, F visit) {
  const Mapping* first = g_memory_map.shared().find(address);
  if (first == nullptr || first->file->identity.device != trace::kSharedMemoryDevice) return;
  const MappedFile* file = first->file;
  g_memory_map.shared().for_each(address, address + file->bytes, [&](const Mapping& part) {
    if (part.file == file && part.begin - part.offset == address) visit(part);
  });
}

}  // namespace

long on_shmat(Call& call) {
  if (!recording()) return replay_call(call);  // mapped by the kMap event before
  const long result = record_shmat(call);
  log_call(call, result, nullptr);
  return result;
}

long on_shmdt(Call& call) {
  const uint64_t address = call.args[0];
  const long result = recording() ? raw(__NR_shmdt, address) : replay_call(call);
  if (!is_error(result)) {
    for (bool found = true; found;) {
      Mapping gone{};
      for_each_attached(address, [&gone](const Mapping& part) { gone = part; });
      found = gone.file != nullptr;
      if (found && !recording()) raw(__NR_munmap, gone.begin, gone.bytes());
      if (found) g_memory_map.unmapped(gone.begin, gone.end);
    }
  }
  if (recording()) log_call(call, result, nullptr);
  return result;
}

}  // namespace weft::runtime
