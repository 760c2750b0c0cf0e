#include "debugger/analysis/pass/pending_operations.h"

namespace weft::analysis {

namespace {

bool names_a_write(std::string_view operation) {
  return operation.find("send") != std::string_view::npos ||
         operation.find("write") != std::string_view::npos ||
         operation.find("connect") != std::string_view::npos;
}

}  // namespace

bool is_post(std::string_view operation) {
  return operation.ends_with(".execute") || operation.ends_with(".post") ||
         operation.ends_with(".defer") || operation.ends_with(".dispatch");
}

void PendingOperations::add(OperationIndex number) {
  const Operation& operation = model_.operations[number];
  if (operation.object != 0) by_object_[operation.object].push_back(number);
  if (operation.fd >= 0) by_fd_[static_cast<uint64_t>(operation.fd)].push_back(number);
}

void PendingOperations::remove(OperationIndex number) {
  const Operation& operation = model_.operations[number];
  forget(by_object_, operation.object, number);
  forget(by_fd_, static_cast<uint64_t>(operation.fd), number);
}

void PendingOperations::forget(Pending& pending, uint64_t key, OperationIndex number) {
  const auto at = pending.find(key);
  if (at == pending.end()) return;
  std::erase(at->second, number);
  if (at->second.empty()) pending.erase(at);
}

const std::vector<OperationIndex>& PendingOperations::on_object(uint64_t object) const {
  static const std::vector<OperationIndex> kNothing;
  const auto at = by_object_.find(object);
  return at == by_object_.end() ? kNothing : at->second;
}

OperationIndex PendingOperations::on(int64_t fd, bool writes) const {
  const OperationIndex same = transfer_on(fd, writes);
  if (same != kNone) return same;
  const auto at = by_fd_.find(static_cast<uint64_t>(fd));
  return fd < 0 || at == by_fd_.end() ? OperationIndex() : at->second.back();
}

OperationIndex PendingOperations::transfer_on(int64_t fd, bool writes) const {
  const auto at = by_fd_.find(static_cast<uint64_t>(fd));
  if (fd < 0 || at == by_fd_.end()) return kNone;
  for (auto number = at->second.rbegin(); number != at->second.rend(); ++number) {
    if (names_a_write(model_.strings[model_.operations[*number].name]) == writes) return *number;
  }
  return kNone;
}

}  // namespace weft::analysis
