/// Operations that were started and are neither complete nor dropped, by what they are on.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// Work that is handed to an executor: there is nothing that it waits for but its turn.
bool is_post(std::string_view operation);

class PendingOperations {
 public:
  explicit PendingOperations(const Model& model) : model_(model) {}

  void add(OperationIndex number);
  void remove(OperationIndex number);

  const std::vector<OperationIndex>& on_object(uint64_t object) const;
  /// The one on `fd` that was started last; kNone if there is none. `writes`: of those that write,
  /// if there is one.
  OperationIndex on(int64_t fd, bool writes) const;
  /// The same, but never one in the other direction.
  OperationIndex transfer_on(int64_t fd, bool writes) const;

 private:
  using Pending = std::unordered_map<uint64_t, std::vector<OperationIndex>>;
  static void forget(Pending& pending, uint64_t key, OperationIndex number);

  const Model& model_;
  Pending by_object_, by_fd_;
};

}  // namespace weft::analysis
