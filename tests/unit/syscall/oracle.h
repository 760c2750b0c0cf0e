/// The oracle: makes a system call for real, twice, and compares what it changed in memory with
/// what the table says that it writes.
///
/// All memory that a call could write to lies in one arena, filled with a pattern. `setup` takes
/// buffers from it, puts the inputs there and returns the arguments. Then the call is made, and
/// each byte of the arena that has changed must lie inside what the table says; a second round with
/// the inverse pattern finds the bytes that happened to be written with the value they had. A call
/// that reaches less far than the table says by more than `slack` bytes fails as well: too much in
/// the table is only waste, but it is usually a wrong size.
///
///   arena:  | a5 a5 a5 | stat buffer ............ | a5 a5 a5 a5 | next buffer ...
///                      <- the table says 144 --->
///                      <- changed: 0..144 ------>     any change here fails
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "weft/syscall/extent.h"
#include "weft/syscall/table.h"

namespace weft::syscall::oracle {

using Args = std::array<uint64_t, 6>;

/// Case::slack of a call that need not reach the end of what the table says, or writes nothing new.
inline constexpr size_t kUnchecked = ~size_t{0};

class Arena {
 public:
  static constexpr size_t kBytes = 256 * 1024;

  void fill(uint8_t pattern) {
    bytes_.assign(kBytes, pattern);
    used_ = 64;
  }
  /// Memory that still holds the pattern, with more of it on both sides.
  uint64_t take(size_t bytes) {
    const size_t at = used_;
    used_ += (bytes + 127) / 64 * 64;
    return reinterpret_cast<uint64_t>(bytes_.data() + at);
  }
  template <class T>
  uint64_t put(const T& value) {
    const uint64_t address = take(sizeof value);
    std::memcpy(reinterpret_cast<void*>(address), &value, sizeof value);
    return address;
  }
  uint64_t text(const char* value) {
    const uint64_t address = take(std::strlen(value) + 1);
    std::strcpy(reinterpret_cast<char*>(address), value);
    return address;
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  /// Where an address lies in the arena; kBytes if it does not.
  size_t offset(uint64_t address) const {
    const uint64_t at = address - reinterpret_cast<uint64_t>(bytes_.data());
    return at < kBytes ? at : kBytes;
  }

 private:
  std::vector<uint8_t> bytes_;
  size_t used_ = 0;
};

struct Case {
  const char* name;
  uint16_t number;
  std::function<Args(Arena&)> setup;
  int error = 0;     ///< the errno that is expected, 0 for success
  size_t slack = 0;  ///< bytes at the end that the kernel leaves alone (unions, reserved fields)
  bool may_be_missing = false;  ///< a kernel or a file system may not have it
  const Row* row = nullptr;     ///< tried in place of the table's, to try the oracle itself out
};
inline void PrintTo(const Case& test, std::ostream* out) {
  *out << find(test.number)->name;
}

/// What the table says about one finished call, as a mark for every byte of the arena.
class Said {
 public:
  Said(const Arena& arena, const std::vector<uint8_t>& before, const Args& args, int64_t result)
      : arena_(arena), before_(before), args_{}, result_(result), marks_(Arena::kBytes, 0) {
    std::copy(args.begin(), args.end(), args_);
  }

  void add_all(const Arg (&specs)[6]) {
    for (int i = 0; i < 6; ++i) {
      if (args_[i] != 0) add(specs[i], args_[i]);
    }
  }
  bool covers(size_t offset) const { return marks_[offset] != 0; }
  /// The last marked byte of the run that begins at or before the end of the arena.
  std::vector<size_t> run_ends() const {
    std::vector<size_t> ends;
    for (size_t i = 0; i + 1 < marks_.size(); ++i) {
      if (marks_[i] != 0 && marks_[i + 1] == 0) ends.push_back(i);
    }
    return ends;
  }

 private:
  uint32_t length_before(uint64_t address) const {
    uint32_t value = 0;
    const size_t at = arena_.offset(address);
    if (at != Arena::kBytes) std::memcpy(&value, before_.data() + at, sizeof value);
    return value;
  }
  template <class T>
  static T read(uint64_t address) {
    T value;
    std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    return value;
  }
  void mark(uint64_t address, uint64_t bytes) {
    const size_t at = arena_.offset(address);
    if (at == Arena::kBytes) return;
    const uint64_t inside = std::min<uint64_t>(bytes, Arena::kBytes - at);
    std::fill_n(marks_.begin() + static_cast<long>(at), inside, uint8_t{1});
  }
  void spread(uint64_t iov, uint64_t count, uint64_t total) {
    for (uint64_t i = 0; i < count; ++i) {
      const auto part = read<iovec>(iov + i * sizeof(iovec));
      const uint64_t bytes = std::min<uint64_t>(part.iov_len, total);
      mark(reinterpret_cast<uint64_t>(part.iov_base), bytes);
      total -= bytes;
    }
  }
  void message(uint64_t address, uint64_t bytes) {
    const auto header = read<msghdr>(address);
    mark(address, 56);
    mark(reinterpret_cast<uint64_t>(header.msg_name), header.msg_namelen);
    mark(reinterpret_cast<uint64_t>(header.msg_control), header.msg_controllen);
    spread(reinterpret_cast<uint64_t>(header.msg_iov), header.msg_iovlen, bytes);
  }
  void add(const Arg& spec, uint64_t address) {
    uint32_t length = 0;
    if (spec.kind == ArgKind::kOutLen) {
      length = std::min(read<uint32_t>(args_[spec.ref]), length_before(args_[spec.ref]));
    } else if (spec.kind == ArgKind::kFileHandle) {
      length = read<uint32_t>(address);
    }
    mark(address, output_bytes(spec, args_, result_, length));
    if (result_ < 0) return;
    const uint64_t done = static_cast<uint64_t>(result_);
    if (spec.kind == ArgKind::kOutIov) spread(address, args_[spec.ref], done);
    if (spec.kind == ArgKind::kOutMsg) message(address, done);
    if (spec.kind == ArgKind::kOutMmsg) {
      for (uint64_t i = 0; i < done; ++i) {
        message(address + i * 64, read<uint32_t>(address + i * 64 + 56));
      }
    }
    if (spec.kind == ArgKind::kIfconf) {
      mark(read<uint64_t>(address + 8), static_cast<uint64_t>(read<int32_t>(address)));
    }
    if (spec.kind == ArgKind::kOutXattr) {
      mark(read<uint64_t>(address), std::min<uint64_t>(done, read<uint32_t>(address + 8)));
    }
  }

  const Arena& arena_;
  const std::vector<uint8_t>& before_;
  uint64_t args_[6];
  int64_t result_;
  std::vector<uint8_t> marks_;
};

inline bool missing(int64_t result) {
  return result == -ENOSYS || result == -EOPNOTSUPP || result == -EPERM || result == -EACCES ||
         result == -ENOTTY || result == -ENODATA || result == -ENOKEY;
}

inline const Arg (&specs_of(const Case& test, const Args& args))[6] {
  if (test.row != nullptr) return test.row->args;
  uint64_t raw[6];
  std::copy(args.begin(), args.end(), raw);
  const Variant* variant = find_variant(test.number, raw);
  return variant != nullptr ? variant->args : find(test.number)->args;
}

/// Both rounds of one case.
inline void run(const Case& test) {
  static Arena arena;
  std::vector<uint8_t> changed(Arena::kBytes, 0);
  std::vector<size_t> ends;
  for (const uint8_t pattern : {uint8_t{0xa5}, uint8_t{0x5a}}) {
    arena.fill(pattern);
    const Args args = test.setup(arena);
    const std::vector<uint8_t> before = arena.bytes();
    const long returned =
        ::syscall(test.number, args[0], args[1], args[2], args[3], args[4], args[5]);
    const int64_t result = returned == -1 ? -errno : returned;
    if (test.may_be_missing && missing(result)) {
      GTEST_SKIP() << test.name << ": " << std::strerror(static_cast<int>(-result));
    }
    if (test.error != 0) {
      ASSERT_EQ(result, -test.error) << test.name;
    } else {
      ASSERT_GE(result, 0) << test.name << ": " << std::strerror(static_cast<int>(-result));
    }
    Said said(arena, before, args, result);
    said.add_all(specs_of(test, args));
    for (size_t i = 0; i < Arena::kBytes; ++i) {
      if (arena.bytes()[i] == before[i]) continue;
      changed[i] = 1;
      ASSERT_TRUE(said.covers(i)) << test.name << " wrote " << i
                                  << " bytes into the arena, where the table says nothing";
    }
    ends = said.run_ends();
  }
  if (test.error != 0 || test.slack == kUnchecked) return;
  for (const size_t end : ends) {
    const size_t first = end >= test.slack ? end - test.slack : 0;
    const bool reached = std::any_of(changed.begin() + static_cast<long>(first),
                                     changed.begin() + static_cast<long>(end) + 1,
                                     [](uint8_t mark) { return mark != 0; });
    EXPECT_TRUE(reached) << test.name << " never wrote the end of what the table says";
  }
}

class OracleTest : public testing::TestWithParam<Case> {};

inline std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

/// A system call of the test's own set-up, which has to work.
template <class... T>
long must(long number, T... args) {
  const long result = ::syscall(number, args...);
  EXPECT_GE(result, 0) << "set-up call " << number << ": " << std::strerror(errno);
  return result;
}

}  // namespace weft::syscall::oracle
