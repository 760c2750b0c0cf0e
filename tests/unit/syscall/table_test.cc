/// The table against the kernel's own headers, and against itself: every call has a row, every word
/// of a row means what the runtime takes it for.
#include "weft/syscall/table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "weft/syscall/extent.h"

namespace weft::syscall {
namespace {

/// Names and numbers as this machine's kernel headers have them.
std::map<uint16_t, std::string> header_names() {
  std::map<uint16_t, std::string> names;
  for (const char* path :
       {"/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"}) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      char text[64];
      unsigned number;
      if (std::sscanf(line.c_str(), "#define __NR_%63s %u", text, &number) == 2) {
        names[static_cast<uint16_t>(number)] = text;
      }
    }
  }
  return names;
}

const Variant* variant_of(uint16_t number, std::initializer_list<uint64_t> values) {
  uint64_t args[6] = {};
  std::copy(values.begin(), values.end(), args);
  return find_variant(number, args);
}

TEST(SyscallTable, EveryCallOfTheKernelHeadersHasItsRow) {
  const auto names = header_names();
  ASSERT_GT(names.size(), 350u) << "no kernel headers found";
  for (const auto& [number, name] : names) {
    const Row* row = find(number);
    ASSERT_NE(row, nullptr) << name;
    EXPECT_EQ(row->number, number);
    EXPECT_EQ(row->name, name);
  }
}

void expect_plan_covers(const Arg (&specs)[6], const Plan& plan, const char* name) {
  const uint64_t args[6] = {0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff};
  EXPECT_EQ(plan.arity, arity_of(specs)) << name;
  for (unsigned i = 0; i < 6; ++i) {
    const bool written = output_bytes(specs[i], args, 1, 1) != 0;
    const bool written_failing = output_bytes(specs[i], args, -1, 1) != 0;
    EXPECT_LE(written, plan.writes >> i & 1) << name << " argument " << i;
    EXPECT_LE(written_failing, plan.writes_failing >> i & 1) << name << " argument " << i;
    EXPECT_FALSE(plan.paths & ~plan.reads) << name;
    EXPECT_FALSE(plan.sends & ~plan.reads) << name;
  }
}

TEST(SyscallTable, PlansCoverWhatTheArgumentsSay) {
  for (const Row& row : kRows) {
    expect_plan_covers(row.args, plan_of(row), row.name);
    for (const Variant& variant : variants_of(row.number)) {
      expect_plan_covers(variant.args, plan_of(variant), variant.name);
    }
  }
  EXPECT_EQ(plan_of(*find(0)).writes, 1u << 1);  // read
  EXPECT_EQ(plan_of(*find(1)).sends, 1u << 1);   // write
  EXPECT_EQ(plan_of(*find(2)).paths, 1u << 0);   // open
}

TEST(SyscallTable, RowsAreSortedAndNamesUnique) {
  std::set<std::string> names;
  int last = -1;
  for (const Row& row : kRows) {
    EXPECT_GT(row.number, last);
    last = row.number;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(find(row.number), &row);
  }
  EXPECT_EQ(names.size(), kRowCount);
}

TEST(SyscallTable, NumbersOutsideTheTableHaveNoRow) {
  EXPECT_EQ(find(337), nullptr);
  EXPECT_EQ(find(423), nullptr);
  EXPECT_EQ(find(470), nullptr);
  EXPECT_EQ(find(0xffff), nullptr);
}

TEST(SyscallTable, ArityIsThatOfTheCall) {
  EXPECT_EQ(find(39)->arity(), 0);                 // getpid
  EXPECT_EQ(find(3)->arity(), 1);                  // close
  EXPECT_EQ(find(0)->arity(), 3);                  // read
  EXPECT_EQ(find(9)->arity(), 6);                  // mmap
  EXPECT_EQ(find(270)->arity(), 6);                // pselect6
  EXPECT_EQ(variant_of(202, {0, 1})->arity(), 3);  // futex(FUTEX_WAKE)
}

TEST(SyscallTable, UnknownCallsHaveNoArgumentsAndOthersAPolicy) {
  for (const Row& row : kRows) {
    EXPECT_TRUE(row.policy != Policy::kUnknown || row.arity() == 0) << row.name;
  }
  EXPECT_EQ(find(174)->policy, Policy::kUnknown);  // create_module
  EXPECT_EQ(find(435)->policy, Policy::kNoSys);    // clone3
  EXPECT_EQ(find(101)->policy, Policy::kRefuse);   // ptrace, of an unknown request
  EXPECT_EQ(variant_of(101, {12})->policy, Policy::kRecord);
  EXPECT_EQ(find(9)->policy, Policy::kHandler);  // mmap
}

TEST(SyscallTable, FutexVariantsIgnoreTheModifiers) {
  EXPECT_STREQ(variant_of(202, {0, 0x80})->name, "FUTEX_WAIT");
  EXPECT_STREQ(variant_of(202, {0, 0x189})->name, "FUTEX_WAIT_BITSET");
  EXPECT_EQ(variant_of(202, {0, 0x80})->block, Block::kLikely);
  EXPECT_EQ(variant_of(202, {0, 0x81})->block, Block::kNever);
  EXPECT_EQ(variant_of(202, {0, 0x86})->policy, Policy::kWrapped);
  EXPECT_EQ(variant_of(202, {0, 0x7e}), nullptr);
}

TEST(SyscallTable, SelectorsAreThirtyTwoBitsWide) {
  EXPECT_STREQ(variant_of(16, {0, 0xffffffff00005401})->name, "TCGETS");
  EXPECT_STREQ(variant_of(72, {0, 0x100000005})->name, "F_GETLK");
}

TEST(SyscallTable, AnOldIoctlThatNobodyKnowsIsRefused) {
  EXPECT_EQ(variant_of(16, {0, 0x53ff})->policy, Policy::kRefuse);
  EXPECT_EQ(variant_of(16, {0, 0xae80})->policy, Policy::kRefuse);  // KVM_RUN
}

TEST(SyscallTable, AModernIoctlThatIsNotListedGoesByItsNumber) {
  constexpr uint64_t kRequest = 0xc0184f00;  // _IOWR('O', 0, 24 bytes)
  EXPECT_EQ(variant_of(16, {0, kRequest}), nullptr);
  const uint64_t args[6] = {3, kRequest, 0x1000};
  EXPECT_EQ(output_bytes(find(16)->args[2], args, 0), 24u);
  EXPECT_EQ(input_bytes(find(16)->args[2], args), 24u);
  EXPECT_EQ(output_bytes(find(16)->args[2], args, -25), 0u);
}

TEST(SyscallExtent, ResultIsCappedByTheCapacity) {
  const uint64_t args[6] = {3, 0x1000, 10};
  EXPECT_EQ(output_bytes(out_result(2), args, 7), 7u);
  EXPECT_EQ(output_bytes(out_result(2), args, 70), 10u);
  EXPECT_EQ(output_bytes(out_result(2), args, -4), 0u);
  EXPECT_EQ(output_bytes(out_result_elements(12), args, 3), 36u);
}

TEST(SyscallExtent, WrittenOnFailure) {
  const uint64_t args[6] = {0x1000, 3};
  EXPECT_EQ(output_bytes(in_out_array_always(1, 8), args, -4), 24u);
  EXPECT_EQ(output_bytes(out_always(16), args, -4), 16u);
  EXPECT_EQ(output_bytes(out(16), args, -4), 0u);
  EXPECT_EQ(output_bytes(in_out_len(), args, -4), 4u);
}

TEST(SyscallExtent, HugeCountsDoNotOverflow) {
  const uint64_t args[6] = {0x1000, ~uint64_t{0}};
  EXPECT_EQ(output_bytes(out_array(1, 0xffff), args, 0), kMaxExtent);
  EXPECT_EQ(input_bytes(in_array(1), args), kMaxExtent);
  EXPECT_EQ(input_bytes(in_nodes(1), args), kMaxExtent);
}

TEST(SyscallExtent, BitSetsAreWholeWords) {
  const uint64_t args[6] = {65, 64};
  EXPECT_EQ(output_bytes(fd_set_arg(), args, 0), 16u);
  EXPECT_EQ(input_bytes(in_nodes(1), args), 8u);
  EXPECT_EQ(input_bytes(in_nodes(0), args), 8u);
}

}  // namespace
}  // namespace weft::syscall
