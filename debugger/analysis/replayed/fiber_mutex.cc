#include "debugger/analysis/replayed/fiber_mutex.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>

namespace weft::analysis {

namespace {

constexpr uint64_t kContextBytes = 4096;         // above a stack's top: the fiber's own record
constexpr uint64_t kMostStack = 64u << 20;       // of a fiber
constexpr size_t kSearched = 128;                // words from the saved registers on: a few frames
constexpr std::array<size_t, 2> kQueueAt{1, 2};  // words into the mutex

template <size_t kCount>
bool read_words(pid_t process, uint64_t address, std::array<uint64_t, kCount>& words) {
  iovec here{words.data(), sizeof words};
  iovec there{reinterpret_cast<void*>(address), sizeof words};
  return ::process_vm_readv(process, &here, 1, &there, 1, 0) == sizeof words;
}

bool is_on_stack(const channel::ParkedFiber& fiber, uint64_t address) {
  return fiber.context != 0 && address >= fiber.context && address < fiber.top &&
         fiber.top - fiber.context < kMostStack;
}

const channel::ParkedFiber* whose_record(std::span<const channel::ParkedFiber> all,
                                         uint64_t address) {
  const auto found = std::ranges::find_if(all, [address](const channel::ParkedFiber& fiber) {
    return fiber.context != 0 && fiber.task != 0 && address >= fiber.top &&
           address - fiber.top < kContextBytes;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

FiberMutex find_fiber_mutex(pid_t process, const channel::ParkedFiber& fiber,
                            std::span<const channel::ParkedFiber> all) {
  std::array<uint64_t, kSearched> stack{};
  if (!read_words(process, fiber.context, stack)) return {};
  for (const uint64_t candidate : stack) {
    std::array<uint64_t, 5> mutex{};
    if (candidate % 8 != 0 || candidate < 4096 || !read_words(process, candidate, mutex)) continue;
    for (const size_t queue : kQueueAt) {
      const uint64_t first = mutex[queue];
      const channel::ParkedFiber* owner = whose_record(all, mutex[queue + 2]);
      const bool waited_for = std::ranges::any_of(
          all, [first](const channel::ParkedFiber& waiter) { return is_on_stack(waiter, first); });
      if (owner != nullptr && waited_for) return {candidate, owner->task};
    }
  }
  return {};
}

bool locks_fiber_mutex(const std::string& function) {
  return function.starts_with("boost::fibers::") && function.find("mutex::") != std::string::npos &&
         function.find("lock") != std::string::npos;
}

}  // namespace weft::analysis
