/// The system-call table of x86-64, and the lookups in it.
///
/// One row for every number that the 64-bit ABI gives out: 0..336 and 424..469 (kernel 6.18). The
/// rows lie in rows_*.h by family, for readers; here the compiler sorts them into one array, and
/// refuses to build if a number is missing or comes twice, or if an argument refers to one that
/// isn't there. The variants lie in variants_*.h.
///
/// The runtime looks every system call up here, in record and in replay, inside the program: no
/// library, no start-up code, no allocation. `find` is two compares and an index. `find_variant`
/// costs the same for the calls that have none; the others have a short list, the usual ones first.
///
///   futex(0x7f.., FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 2, {60, 0})
///     find(202)                -> {202, "futex", kRecord, kMay, {...}}
///     find_variant(202, args)  -> {..., "FUTEX_WAIT", kRecord, kLikely, {..., in(16)}}
///
/// Source: arch/x86/entry/syscalls/syscall_64.tbl and the calls' own code in Linux 6.18, section 2
/// of the man pages. tests/unit/syscall tries the rows out on the running kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "weft/syscall/plan.h"
#include "weft/syscall/row.h"
#include "weft/syscall/rows_io.h"
#include "weft/syscall/rows_memory.h"
#include "weft/syscall/rows_misc.h"
#include "weft/syscall/rows_network.h"
#include "weft/syscall/rows_paths.h"
#include "weft/syscall/rows_process.h"
#include "weft/syscall/rows_signal_time.h"
#include "weft/syscall/variants_files.h"
#include "weft/syscall/variants_futex.h"
#include "weft/syscall/variants_ioctl.h"
#include "weft/syscall/variants_ipc.h"
#include "weft/syscall/variants_process.h"
#include "weft/syscall/variants_ptrace.h"

namespace weft::syscall {

inline constexpr uint16_t kLastLow = 336;    ///< the numbers of x86-64's own, without a gap
inline constexpr uint16_t kFirstHigh = 424;  ///< from here on all machines share their numbers
inline constexpr uint16_t kLastHigh = 469;
inline constexpr size_t kRowCount = (kLastLow + 1) + (kLastHigh - kFirstHigh + 1);
inline constexpr size_t kMaxNameBytes = 24;

struct Rows {
  Row rows[kRowCount];

  constexpr const Row* begin() const { return rows; }
  constexpr const Row* end() const { return rows + kRowCount; }
  constexpr size_t size() const { return kRowCount; }
};

/// A list of variants of one call.
struct VariantList {
  const Variant* first = nullptr;
  size_t count = 0;
  const Plan* plans = nullptr;  ///< of each

  constexpr const Variant* begin() const { return first; }
  constexpr const Variant* end() const { return first + count; }
};

namespace detail {

constexpr size_t index_of(uint16_t number) {
  if (number <= kLastLow) return number;
  if (number < kFirstHigh || number > kLastHigh) return kRowCount;
  return size_t{kLastLow} + 1 + number - kFirstHigh;
}

/// Puts each row at its index. A number that is out of range, and a row that would be overwritten,
/// are counted as strays.
template <size_t N>
constexpr size_t place(Rows& all, const Row (&family)[N]) {
  size_t strays = 0;
  for (const Row& row : family) {
    const size_t index = index_of(row.number);
    if (index == kRowCount || all.rows[index].name != nullptr) {
      ++strays;
    } else {
      all.rows[index] = row;
    }
  }
  return strays;
}

struct Assembled {
  Rows rows{};
  size_t strays = 0;
};

constexpr Assembled assemble() {
  Assembled all;
  all.strays = place(all.rows, rows::kIo) + place(all.rows, rows::kPaths) +
               place(all.rows, rows::kMemory) + place(all.rows, rows::kProcess) +
               place(all.rows, rows::kSignalTime) + place(all.rows, rows::kNetwork) +
               place(all.rows, rows::kMisc);
  return all;
}

template <size_t N>
struct Plans {
  Plan plans[N];
};

template <const auto& variants>
inline constexpr auto kPlans = [] {
  Plans<sizeof variants / sizeof variants[0]> all{};
  size_t at = 0;
  for (const Variant& variant : variants) all.plans[at++] = plan_of(variant.args);
  return all;
}();

template <const auto& variants>
constexpr VariantList list() {
  return {variants, sizeof variants / sizeof variants[0], kPlans<variants>.plans};
}

}  // namespace detail

/// All rows, sorted by number.
inline constexpr Rows kRows = detail::assemble().rows;

namespace detail {

inline constexpr auto kRowPlans = [] {
  Plans<kRowCount> all{};
  for (size_t i = 0; i < kRowCount; ++i) all.plans[i] = plan_of(kRows.rows[i].args);
  return all;
}();

}  // namespace detail

/// No system calls: instructions of the program that ask the processor, recorded as if they were.
/// The result is the answer: a time stamp in ticks of the processor's counter, a mask of states, the
/// number of the processor, a limit or -EINVAL, a random number or -EAGAIN. That of cpuid are 16
/// bytes, a kSent effect of argument 0: eax, ebx, ecx, edx.
inline constexpr uint16_t kSeedCall = 505, kRandomCall = 506, kSegmentLimitCall = 507,
                          kProcessorCall = 508, kStatesCall = 509, kAbilitiesCall = 510,
                          kTimeStampCall = 511;
inline constexpr Row kQuestionRows[] = {
    {kSeedCall, "rdseed", Policy::kHandler, Block::kNever, {}},
    {kRandomCall, "rdrand", Policy::kHandler, Block::kNever, {}},
    {kSegmentLimitCall, "lsl", Policy::kHandler, Block::kNever, {hex()}},
    {kProcessorCall, "rdpid", Policy::kHandler, Block::kNever, {}},
    {kStatesCall, "xgetbv", Policy::kHandler, Block::kNever, {num()}},
    {kAbilitiesCall, "cpuid", Policy::kHandler, Block::kNever, {hex(), num()}},
    {kTimeStampCall, "rdtsc", Policy::kHandler, Block::kNever, {}},
};
constexpr bool is_question(uint16_t number) {
  return number >= kSeedCall && number <= kTimeStampCall;
}

namespace detail {

inline constexpr auto kQuestionPlans = [] {
  Plans<sizeof kQuestionRows / sizeof kQuestionRows[0]> all{};
  for (size_t at = 0; const Row& row : kQuestionRows) all.plans[at++] = plan_of(row.args);
  return all;
}();

}  // namespace detail

/// The row of a call; nullptr if the number is beyond what the table knows.
constexpr const Row* find(uint16_t number) {
  if (is_question(number)) return &kQuestionRows[number - kSeedCall];
  const size_t index = detail::index_of(number);
  return index < kRowCount ? &kRows.rows[index] : nullptr;
}

/// What a row of kRows asks for.
constexpr const Plan& plan_of(const Row& row) {
  if (is_question(row.number)) return detail::kQuestionPlans.plans[row.number - kSeedCall];
  return detail::kRowPlans.plans[&row - kRows.rows];
}

/// All variants of a call; none for most.
constexpr VariantList variants_of(uint16_t number) {
  switch (number) {
    case 16:
      return detail::list<variants::kIoctl>();
    case 28:
      return detail::list<variants::kMadvise>();
    case 31:
      return detail::list<variants::kShmctl>();
    case 66:
      return detail::list<variants::kSemctl>();
    case 71:
      return detail::list<variants::kMsgctl>();
    case 72:
      return detail::list<variants::kFcntl>();
    case 101:
      return detail::list<variants::kPtrace>();
    case 154:
      return detail::list<variants::kModifyLdt>();
    case 157:
      return detail::list<variants::kPrctl>();
    case 158:
      return detail::list<variants::kArchPrctl>();
    case 179:
      return detail::list<variants::kQuotactl>();
    case 202:
      return detail::list<variants::kFutex>();
    case 233:
      return detail::list<variants::kEpollCtl>();
    case 250:
      return detail::list<variants::kKeyctl>();
    case 303:
      return detail::list<variants::kNameToHandleAt>();
    case 440:
      return detail::list<variants::kProcessMadvise>();
    case 443:
      return detail::list<variants::kQuotactlFd>();
    default:
      return {};
  }
}

/// The variant that a call with these arguments is; nullptr if the row itself says it all.
constexpr const Variant* find_variant(uint16_t number, const uint64_t (&args)[6]) {
  for (const Variant& variant : variants_of(number)) {
    if ((args[variant.selector_arg] & variant.selector_mask) == variant.selector) return &variant;
  }
  return nullptr;
}

/// What a refused call answers, as -errno: the error that a kernel built without the feature gives.
constexpr int64_t refusal_of(uint16_t number) {
  constexpr int64_t kIoError = -5, kInvalid = -22, kNoTerminal = -25, kNoSuchCall = -38,
                    kNotSupported = -95;
  switch (number) {
    case 16:  // ioctl
      return kNoTerminal;
    case 101:  // ptrace
      return kIoError;
    case 66:   // semctl
    case 157:  // prctl
    case 158:  // arch_prctl
    case 440:  // process_madvise
      return kInvalid;
    case 250:  // keyctl
      return kNotSupported;
    default:
      return kNoSuchCall;
  }
}

/// True if a handler in the runtime belongs to the call.
constexpr bool has_handler(uint16_t number) {
  const auto is_handled = [](Policy policy) {
    return policy == Policy::kHandler || policy == Policy::kWrapped;
  };
  if (is_handled(find(number)->policy)) return true;
  for (const Variant& variant : variants_of(number)) {
    if (is_handled(variant.policy)) return true;
  }
  return false;
}

/// What a variant of the call asks for.
constexpr const Plan& plan_of(const Variant& variant) {
  const VariantList all = variants_of(variant.number);
  return all.plans[&variant - all.first];
}

namespace detail {

constexpr size_t length(const char* text) {
  size_t n = 0;
  while (text[n] != '\0') ++n;
  return n;
}

/// Each argument that refers to another refers to a value, and none comes after an empty one.
constexpr bool well_formed(const Arg (&args)[6]) {
  bool ended = false;
  for (const Arg& arg : args) {
    if (arg.kind == ArgKind::kNone) {
      ended = true;
      continue;
    }
    if (ended) return false;
    if (arg.ref == kNoRef) continue;
    if (arg.ref >= 6) return false;
    const ArgKind target = args[arg.ref].kind;
    const bool wants_length = arg.kind == ArgKind::kOutLen;
    if (wants_length != (target == ArgKind::kInOutLen)) return false;
    if (!wants_length && (target == ArgKind::kNone || target >= ArgKind::kPointer)) return false;
  }
  return true;
}

constexpr bool complete() {
  for (const Row& row : kRows) {
    if (row.name == nullptr || length(row.name) > kMaxNameBytes) return false;
    if (!well_formed(row.args)) return false;
  }
  return assemble().strays == 0;
}

/// Every variant is in the list that it is looked for in, and no earlier one hides it.
constexpr bool variants_reachable(uint16_t number) {
  const VariantList variants = variants_of(number);
  for (const Variant& variant : variants) {
    if (variant.number != number || !well_formed(variant.args)) return false;
    uint64_t args[6] = {};
    if (variant.selector_arg >= 6) return false;
    args[variant.selector_arg] = variant.selector;
    if (find_variant(number, args) != &variant) return false;
  }
  return true;
}

constexpr bool all_variants_reachable() {
  for (const Row& row : kRows) {
    if (!variants_reachable(row.number)) return false;
  }
  return true;
}

static_assert(complete(), "every number has one row, and each row makes sense");
static_assert(all_variants_reachable());
static_assert(find(0)->arity() == 3 && find(231)->arity() == 1 && find(39)->arity() == 0);
static_assert(find(45)->arity() == 6 && find(kLastHigh)->arity() == 5);
static_assert(find(kLastLow + 1) == nullptr && find(kFirstHigh - 1) == nullptr);

}  // namespace detail
}  // namespace weft::syscall
