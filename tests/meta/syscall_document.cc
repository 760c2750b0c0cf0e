/// Prints recorder/SYSCALLS.md: what weft does with every system call, from the table itself.
#include <cstdio>
#include <string>

#include "weft/syscall/table.h"

namespace weft::syscall {
namespace {

const char* text(Policy policy) {
  switch (policy) {
    case Policy::kRecord:
      return "record";
    case Policy::kWrapped:
      return "wrapped";
    case Policy::kHandler:
      return "handler";
    case Policy::kNoSys:
      return "ENOSYS";
    case Policy::kRefuse:
      return "refuse";
    case Policy::kUnknown:
      return "no call";
  }
  return "";
}

const char* text(Block block) {
  switch (block) {
    case Block::kNever:
      return "";
    case Block::kMay:
      return "may";
    case Block::kLikely:
      return "likely";
  }
  return "";
}

/// "16", "12 × arg 2".
std::string amount(const Arg& arg) {
  if (arg.ref == kNoRef) return std::to_string(arg.size);
  const std::string count = "arg " + std::to_string(arg.ref);
  return arg.size == 1 ? count : std::to_string(arg.size) + " × " + count;
}

std::string result_amount(const Arg& arg) {
  if (arg.size != 1) return std::to_string(arg.size) + " × result";
  return "result" + (arg.ref == kNoRef ? "" : " ≤ arg " + std::to_string(arg.ref));
}

std::string text(const Arg& arg) {
  const std::string of_ref = "(arg " + std::to_string(arg.ref) + ")";
  switch (arg.kind) {
    case ArgKind::kNone:
      return "-";
    case ArgKind::kInt:
    case ArgKind::kUnsigned:
      return "number";
    case ArgKind::kHex:
      return "bits";
    case ArgKind::kOctal:
      return "mode";
    case ArgKind::kFd:
      return "fd";
    case ArgKind::kPid:
      return "pid";
    case ArgKind::kSignal:
      return "signal";
    case ArgKind::kPointer:
      return "address";
    case ArgKind::kPath:
      return "string";
    case ArgKind::kIn:
      return "in(" + amount(arg) + ")";
    case ArgKind::kInIov:
      return "in iovec" + of_ref;
    case ArgKind::kInMsg:
      return "in msghdr";
    case ArgKind::kInMmsg:
      return "in mmsghdr" + of_ref;
    case ArgKind::kInMsgbuf:
      return "in msgbuf" + of_ref;
    case ArgKind::kInNodes:
      return "in nodes" + of_ref;
    case ArgKind::kInXattr:
      return "in xattr_args";
    case ArgKind::kSigmask:
      return "in mask";
    case ArgKind::kSigmaskPair:
      return "in {mask, size}";
    case ArgKind::kOut:
    case ArgKind::kOutArray:
      return "**out**(" + amount(arg) + ")";
    case ArgKind::kInOut:
      return "**in/out**(" + amount(arg) + ")";
    case ArgKind::kOutAlways:
      return "**out!**(" + amount(arg) + ")";
    case ArgKind::kInOutAlways:
      return "**in/out!**(" + amount(arg) + ")";
    case ArgKind::kOutResult:
      return "**out**(" + result_amount(arg) + ")";
    case ArgKind::kOutLen:
      return "**out**(\\*arg " + std::to_string(arg.ref) + ")";
    case ArgKind::kInOutLen:
      return "**in/out!**(4)";
    case ArgKind::kOutIov:
      return "**out iovec**" + of_ref;
    case ArgKind::kOutMsg:
      return "**out msghdr**";
    case ArgKind::kOutMmsg:
      return "**out mmsghdr**" + of_ref;
    case ArgKind::kOutMsgbuf:
      return "**out msgbuf**" + of_ref;
    case ArgKind::kOutNodes:
      return "**out nodes**" + of_ref;
    case ArgKind::kOutPages:
      return "**out**(pages of arg " + std::to_string(arg.ref) + ")";
    case ArgKind::kOutXattr:
      return "**out xattr_args**";
    case ArgKind::kFileHandle:
      return "**in/out!** file_handle";
    case ArgKind::kIfconf:
      return "**in/out** ifconf";
    case ArgKind::kFdSet:
      return "**in/out** fd_set";
    case ArgKind::kIoctl:
      return "as arg " + std::to_string(arg.ref) + " encodes";
  }
  return "";
}

std::string text(const Arg (&args)[6]) {
  std::string all;
  for (int i = 0; i < arity_of(args); ++i) all += (i == 0 ? "" : ", ") + text(args[i]);
  return all;
}

void print_introduction() {
  constexpr size_t kPolicies = 6;
  static_assert(static_cast<size_t>(Policy::kUnknown) + 1 == kPolicies);
  int counts[kPolicies] = {};
  for (const Row& row : kRows) ++counts[static_cast<size_t>(row.policy)];
  std::printf(
      "# System calls\n\n"
      "Generated from `include/weft/syscall` by `tests/meta/syscall_document.sh --write`; do not\n"
      "edit. Every number that x86-64 gives out up to Linux 6.18 is here: %zu rows.\n\n"
      "| policy | calls | meaning |\n|---|---|---|\n"
      "| record | %d | the kernel does it while recording; replay applies what it wrote |\n"
      "| wrapped | %d | the same, but weft changes or answers a part of it: a path, a mask |\n"
      "| handler | %d | weft has code of its own for both: memory, threads, signals, exec |\n"
      "| ENOSYS | %d | weft answers that the kernel has no such call; programs fall back |\n"
      "| refuse | %d | weft answers an error and notes it in the trace (`weft info`) |\n"
      "| no call | %d | the kernel has no such call on x86-64 |\n\n",
      kRowCount, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
  std::printf(
      "*Blocks*: `may` lets other threads run if the call sleeps, `likely` lets them run at once.\n"
      "*Arguments*: `in(n)` and `out(n)` are the bytes that the kernel reads and writes at most;\n"
      "`arg n` is the value of argument n, counted from 0; `out!` is written even when the call\n"
      "fails. A call with variants is split by one of its arguments, in the tables below; the row\n"
      "counts for what is not listed there.\n\n");
}

void print_rows() {
  std::printf("| nr | call | policy | blocks | arguments |\n|---|---|---|---|---|\n");
  for (const Row& row : kRows) {
    const bool split = variants_of(row.number).count != 0;
    std::printf("| %d | %s%s | %s | %s | %s |\n", row.number, row.name, split ? " (variants)" : "",
                text(row.policy), text(row.block), text(row.args).c_str());
  }
}

void print_variants(const Row& row) {
  const VariantList variants = variants_of(row.number);
  if (variants.count == 0) return;
  std::printf("\n## %s by argument %d\n\n", row.name, variants.first->selector_arg);
  std::printf("| value | name | policy | blocks | arguments |\n|---|---|---|---|---|\n");
  for (const Variant& variant : variants) {
    std::printf("| %#llx | %s | %s | %s | %s |\n",
                static_cast<unsigned long long>(variant.selector), variant.name,
                text(variant.policy), text(variant.block), text(variant.args).c_str());
  }
}

}  // namespace
}  // namespace weft::syscall

int main() {
  weft::syscall::print_introduction();
  weft::syscall::print_rows();
  for (const auto& row : weft::syscall::kRows) weft::syscall::print_variants(row);
}
