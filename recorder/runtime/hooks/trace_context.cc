#include "recorder/runtime/hooks/trace_context.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

namespace {

struct TraceId {
  uint8_t bytes[16];
};

/// Which trace a task belongs to, by the task's number: blocks that come as they are needed.
/// Nothing is kept until somebody asks for a trace ID: most programs never do.
constexpr uint64_t kBlockTasks = 1u << 18, kBlocks = 1u << 14;
uint32_t* g_trace_of_task[kBlocks];
TraceId* g_ids;  // by trace number; 0: none
uint32_t g_trace_of_no_task;
constexpr uint32_t kMaxTraces = 1u << 26;

uint64_t map_memory(uint64_t bytes) {
  const long at = raw(__NR_mmap, 0, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return is_error(at) ? 0 : static_cast<uint64_t>(at);
}

/// What to do where a task has no place for a trace's number yet.
enum class IfNone : uint8_t { kLeave, kMake };

/// Where the trace's number is kept; nullptr if there is no such place.
uint32_t* trace_of(uint64_t task, IfNone if_none) {
  if (task == 0) return &g_trace_of_no_task;
  const uint64_t block = task / kBlockTasks;
  if (block >= kBlocks) return nullptr;
  if (g_trace_of_task[block] == nullptr) {
    if (if_none == IfNone::kLeave) return nullptr;
    g_trace_of_task[block] = pointer_to<uint32_t>(map_memory(kBlockTasks * sizeof(uint32_t)));
    if (g_trace_of_task[block] == nullptr) return nullptr;
  }
  return &g_trace_of_task[block][task % kBlockTasks];
}

/// A new trace with an ID from the kernel; 0 if there is no room.
uint32_t make_trace() {
  if (g_ids == nullptr) {
    g_ids = pointer_to<TraceId>(map_memory(kMaxTraces * sizeof(TraceId)));
    if (g_ids == nullptr) return 0;
  }
  if (g_last_trace + 1 == kMaxTraces) return 0;
  TraceId* id = &g_ids[++g_last_trace];
  if (g_last_trace == 1) {
    raw(__NR_getrandom, address_of(id), sizeof *id, 0);
  } else {  // as random as the first one, and different
    *id = g_ids[1];
    uint64_t low;
    __builtin_memcpy(&low, id->bytes + 8, 8);
    low += g_last_trace * 0x9e3779b97f4a7c15u;
    __builtin_memcpy(id->bytes + 8, &low, 8);
  }
  return g_last_trace;
}

/// The trace ID inside a traceparent. False if that is none.
bool parse(const char* text, TraceId* id) {
  if (!trace::is_traceparent(text, kTraceParentBytes)) return false;
  for (size_t i = 0; i < sizeof id->bytes; ++i) {
    const char* pair = text + trace::kTraceIdAt + 2 * i;
    id->bytes[i] =
        static_cast<uint8_t>(trace::trace_digit(pair[0]) << 4 | trace::trace_digit(pair[1]));
  }
  return true;
}

char* put_hex(char* out, const uint8_t* bytes, int count) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 0; i < count; ++i) {
    *out++ = kDigits[bytes[i] >> 4];
    *out++ = kDigits[bytes[i] & 15];
  }
  return out;
}

}  // namespace

uint32_t g_last_trace;

void copy_trace(uint64_t task, uint64_t parent) {
  const uint32_t* from = trace_of(parent, IfNone::kLeave);
  if (from == nullptr || *from == 0) return;
  if (uint32_t* to = trace_of(task, IfNone::kMake)) *to = *from;
}

void begin_trace(Thread* thread, const char* traceparent) {
  TraceId given;
  const bool has_given = traceparent != nullptr && parse(traceparent, &given);
  uint32_t* mine = trace_of(thread->current_task, IfNone::kMake);
  const uint32_t trace = make_trace();
  if (mine == nullptr || trace == 0) return;
  if (has_given) {
    // The first ID is what later ones are made from: it must stay random.
    *mine = trace == 1 ? make_trace() : trace;
    g_ids[*mine] = given;
  } else {
    *mine = trace;
  }
}

void format_traceparent(Thread* thread, char* out) {
  uint32_t* mine = trace_of(thread->current_task, IfNone::kMake);
  if (mine != nullptr && *mine == 0) *mine = make_trace();
  const TraceId none{};
  const TraceId& id = mine != nullptr && *mine != 0 ? g_ids[*mine] : none;
  uint8_t span[8];
  for (int i = 0; i < 8; ++i)
    span[i] =
        static_cast<uint8_t>((thread->current_task + (thread->current_task == 0)) >> (8 * (7 - i)));
  *out++ = '0';
  *out++ = '0';
  *out++ = '-';
  out = put_hex(out, id.bytes, 16);
  *out++ = '-';
  out = put_hex(out, span, 8);
  __builtin_memcpy(out, "-01", 4);
}

}  // namespace weft::runtime
