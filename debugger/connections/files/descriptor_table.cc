#include "debugger/connections/files/descriptor_table.h"

#include <algorithm>

namespace weft::connections {

DescriptorTable::Slot& DescriptorTable::slot(int64_t fd) {
  const auto at = static_cast<size_t>(fd);
  if (at >= slots_.size()) slots_.resize(std::max(at + 1, slots_.size() * 2));
  return slots_[at];
}

OpenFile* DescriptorTable::find(int64_t fd) {
  if (!is_descriptor(fd) || static_cast<size_t>(fd) >= slots_.size()) return nullptr;
  const int32_t file = slots_[static_cast<size_t>(fd)].file;
  return file < 0 ? nullptr : &files_[static_cast<size_t>(file)];
}

OpenFile* DescriptorTable::use(int64_t fd) {
  if (OpenFile* file = find(fd)) return file;
  return open(fd, FileKind::kUnknown);
}

OpenFile* DescriptorTable::open(int64_t fd, FileKind kind, bool close_on_exec) {
  if (!is_descriptor(fd)) return nullptr;
  Slot& place = slot(fd);
  release(place);
  if (free_files_.empty()) {
    free_files_.push_back(static_cast<int32_t>(files_.size()));
    files_.emplace_back();
  }
  place = {free_files_.back(), close_on_exec};
  free_files_.pop_back();
  OpenFile& file = files_[static_cast<size_t>(place.file)];
  file.kind = kind;
  file.number = ++last_number_;
  file.references = 1;
  return &file;
}

void DescriptorTable::release(Slot& slot) {
  if (slot.file < 0) return;
  OpenFile& file = files_[static_cast<size_t>(slot.file)];
  if (--file.references == 0) {
    on_release_(file);
    file = OpenFile{};
    free_files_.push_back(slot.file);
  }
  slot = {};
}

void DescriptorTable::close(int64_t fd) {
  if (is_descriptor(fd) && static_cast<size_t>(fd) < slots_.size())
    release(slots_[static_cast<size_t>(fd)]);
}

void DescriptorTable::duplicate(int64_t from, int64_t to, bool close_on_exec) {
  if (!is_descriptor(to) || from == to || use(from) == nullptr) return;
  Slot& target = slot(to);
  release(target);
  target = {slots_[static_cast<size_t>(from)].file, close_on_exec};
  ++files_[static_cast<size_t>(target.file)].references;
}

void DescriptorTable::set_close_on_exec(int64_t fd, bool value) {
  if (use(fd) != nullptr) slots_[static_cast<size_t>(fd)].close_on_exec = value;
}

void DescriptorTable::close_range(uint64_t first, uint64_t last) {
  for (uint64_t fd = first; fd < slots_.size() && fd <= last; ++fd) release(slots_[fd]);
}

void DescriptorTable::close_range_on_exec(uint64_t first, uint64_t last) {
  for (uint64_t fd = first; fd < slots_.size() && fd <= last; ++fd)
    slots_[fd].close_on_exec = slots_[fd].file >= 0;
}

void DescriptorTable::exec() {
  for (Slot& slot : slots_) {
    if (slot.close_on_exec) release(slot);
  }
}

}  // namespace weft::connections
