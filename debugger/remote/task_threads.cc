#include "debugger/remote/task_threads.h"

#include <algorithm>

#include "debugger/travel/counted_run.h"

namespace weft::remote {
namespace {

/// LLDB asks for each of them at every stop.
constexpr size_t kMostThreads = 256;
/// Where neither the kernel, weft (layout.h) nor LLDB's own memory is.
constexpr Address kStacks(0x0b00'0000'0000);

}  // namespace

TaskThreads::TaskThreads(travel::Traveller& traveller) : traveller_(traveller) {}
TaskThreads::~TaskThreads() = default;

void TaskThreads::forget() {
  tasks_.reset();
  stacks_.clear();
  copy_.reset();
}

const std::vector<SuspendedTask>& TaskThreads::tasks() {
  if (!tasks_) {
    tasks_ = shown() ? list_(traveller_.program().event()) : std::vector<SuspendedTask>();
    if (tasks_->size() > kMostThreads) tasks_->resize(kMostThreads);
  }
  return *tasks_;
}

const SuspendedTask* TaskThreads::find(travel::ShownThread thread) {
  for (const SuspendedTask& task : tasks()) {
    if (task.thread() == thread) return &task;
  }
  return nullptr;
}

const process::CoroutineStack* TaskThreads::stack(travel::ShownThread thread) {
  const SuspendedTask* task = find(thread);
  if (task == nullptr) return nullptr;
  auto [stack, first] = stacks_.try_emplace(thread);
  if (first) stack->second = make_stack(*task);
  return stack->second ? &*stack->second : nullptr;
}

std::optional<process::CoroutineStack> TaskThreads::make_stack(const SuspendedTask& task) {
  if (!copy_) {
    auto copy = traveller_.copy();
    if (!copy) return std::nullopt;
    copy_ = std::move(*copy);
  }
  const Address place = kStacks + stacks_.size() * 2 * process::kCoroutineStackBytes;
  auto stack = process::build_coroutine_stack(*copy_->program(), task.frames, place);
  if (!stack) copy_.reset();  // it may be anywhere
  return stack;
}

size_t TaskThreads::read(Address address, std::span<std::byte> to) const {
  for (const auto& [thread, stack] : stacks_) {
    if (!stack || address - stack->address >= stack->bytes.size()) continue;
    const size_t offset = address - stack->address;
    const size_t count = std::min(to.size(), stack->bytes.size() - offset);
    std::copy_n(stack->bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, to.begin());
    return count;
  }
  return 0;
}

}  // namespace weft::remote
