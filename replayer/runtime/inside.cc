#include "weft/channel/inside.h"

#include <cstddef>

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/log_reader.h"

namespace weft::runtime {

using channel::LogHead;
using channel::ThreadHead;
using channel::ThreadTableHead;

static_assert(offsetof(Thread, self) == offsetof(ThreadHead, self));
static_assert(offsetof(Thread, entry) == offsetof(ThreadHead, entry));
static_assert(offsetof(Thread, runtime_stack) == offsetof(ThreadHead, runtime_stack));
static_assert(offsetof(Thread, pending) == offsetof(ThreadHead, pending));
static_assert(offsetof(Thread, registers) == offsetof(ThreadHead, registers));

static_assert(offsetof(ThreadTable, by_id) == offsetof(ThreadTableHead, by_id));
static_assert(offsetof(ThreadTable, next_id) == offsetof(ThreadTableHead, next_id));
static_assert(offsetof(ThreadTable, alive) == offsetof(ThreadTableHead, alive));

static_assert(offsetof(Log, next) == offsetof(LogHead, next));
static_assert(offsetof(Log, offset) == offsetof(LogHead, offset));
static_assert(offsetof(Log, index) == offsetof(LogHead, index));

extern "C" {
extern const uint32_t weft_inside_version;
[[gnu::used]] const uint32_t weft_inside_version = channel::kInsideVersion;
}

}  // namespace weft::runtime
