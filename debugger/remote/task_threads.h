/// Suspended tasks, as threads for LLDB: `thread list`, `thread select`, `bt` and `frame variable`
/// work on them.
///
/// A thread costs nothing until somebody looks at its registers; then its stack is made up in a
/// process of its own (process/coroutine_stack.h), which stands at the same instant. That stack is
/// in no process that the user sees: reads of its memory are answered from here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debugger/process/coroutine_stack.h"
#include "debugger/travel/shown_thread.h"
#include "debugger/travel/traveller.h"

namespace weft::remote {

struct SuspendedTask {
  uint64_t id;
  std::string name;
  std::vector<Address> frames;  ///< of the coroutine, and of those that await it, outwards

  travel::ShownThread thread() const { return travel::ShownThread::of_task(id); }
};

/// Those at the moment before that event; called on the travel thread.
using ListTasks = std::function<std::vector<SuspendedTask>(trace::EventIndex event)>;

class TaskThreads {
 public:
  explicit TaskThreads(travel::Traveller& traveller);
  ~TaskThreads();

  /// From now on they are shown.
  void show(ListTasks list) { list_ = std::move(list); }
  bool shown() const { return list_ != nullptr; }
  /// The program stands elsewhere.
  void forget();

  /// At most kMostThreads.
  const std::vector<SuspendedTask>& tasks();
  /// Null: there is no such task.
  const SuspendedTask* find(travel::ShownThread thread);
  /// Null: it has no stack.
  const process::CoroutineStack* stack(travel::ShownThread thread);
  /// Fills in what of these addresses lies in a made-up stack; how many bytes from the front.
  size_t read(Address address, std::span<std::byte> to) const;

 private:
  std::optional<process::CoroutineStack> make_stack(const SuspendedTask& task);

  travel::Traveller& traveller_;
  ListTasks list_;
  std::optional<std::vector<SuspendedTask>> tasks_;
  std::map<travel::ShownThread, std::optional<process::CoroutineStack>> stacks_;
  std::unique_ptr<travel::CountedRun> copy_;  ///< where stacks are made
};

}  // namespace weft::remote
