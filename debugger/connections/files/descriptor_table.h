/// The program's descriptors: which open file each one stands for.
///
/// A descriptor that is used without having been opened (inherited, received over a socket) gets an
/// unknown file when it is first looked at.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "debugger/connections/files/open_file.h"

namespace weft::connections {

class DescriptorTable {
 public:
  /// Larger numbers are ignored; the kernel's own limit is lower by default.
  static constexpr int kMaxDescriptors = 1 << 20;

  /// Called before a file goes away, when its last descriptor was closed.
  using OnRelease = std::function<void(OpenFile&)>;
  explicit DescriptorTable(OnRelease on_release) : on_release_(std::move(on_release)) {}

  /// The file behind `fd`; null if nothing is known of it.
  OpenFile* find(int64_t fd);
  /// The same; makes an unknown one. Null only for numbers that are no descriptors.
  OpenFile* use(int64_t fd);
  /// `fd` now stands for a new file. Null for numbers that are no descriptors.
  OpenFile* open(int64_t fd, FileKind kind, bool close_on_exec = false);
  void close(int64_t fd);
  /// `to` now stands for what `from` stands for.
  void duplicate(int64_t from, int64_t to, bool close_on_exec);
  void set_close_on_exec(int64_t fd, bool value);
  /// Every open descriptor in [first, last]: closes it now, or when the program executes another.
  void close_range(uint64_t first, uint64_t last);
  void close_range_on_exec(uint64_t first, uint64_t last);
  void exec();

  template <class F>
  void for_each_file(F visit) {
    for (OpenFile& file : files_) {
      if (file.references != 0) visit(file);
    }
  }

 private:
  struct Slot {
    int32_t file = -1;
    bool close_on_exec = false;
  };
  bool is_descriptor(int64_t fd) const { return fd >= 0 && fd < kMaxDescriptors; }
  Slot& slot(int64_t fd);
  void release(Slot& slot);

  OnRelease on_release_;
  std::vector<Slot> slots_;
  std::deque<OpenFile> files_;
  std::vector<int32_t> free_files_;
  uint64_t last_number_ = 0;
};

}  // namespace weft::connections
