// Every form of awaiting: what is awaited, by which operator, and what await_suspend returns.
#include <chrono>

#include "task_types.h"

Loop loop;
int alive = 0;

/// Counts itself; may be neither copied nor moved.
struct Pinned {
  Pinned() { ++alive; }
  Pinned(const Pinned&) = delete;
  ~Pinned() { --alive; }
};

struct SuspendsVoid : Pinned {
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> h) const { loop.ready.push_back(h); }
  int await_resume() const { return alive; }
};
struct SuspendsBool : Pinned {
  bool stop;
  explicit SuspendsBool(bool s) : stop(s) {}
  bool await_ready() { return false; }
  bool await_suspend(std::coroutine_handle<> h) {
    if (stop) loop.ready.push_back(h);
    return stop;
  }
  int await_resume() { return alive; }
};
struct SuspendsHandle : Pinned {
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> h) { return h; }
  int await_resume() { return alive; }
};
struct Throws {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) { throw std::runtime_error("suspend"); }
  void await_resume() {}
};
struct Ready {
  bool await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  const char*& await_resume() {
    static const char* text = "ready";
    return text;
  }
};

struct Member : Pinned {
  SuspendsVoid operator co_await() const& { return {}; }
  Ready operator co_await() && { return {}; }
};

namespace library {
struct Free : Pinned {};
SuspendsBool operator co_await(const Free&) {
  return SuspendsBool(true);
}
/// Applies to everything that has something of this namespace in its type.
template <class T>
struct Greedy : Pinned {
  T await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  int await_resume() { return 3; }
};
}  // namespace library

/// An operator that only this file can see, for a type of another namespace.
SuspendsVoid operator co_await(std::chrono::milliseconds) {
  return {};
}

/// A promise that transforms: int to Free (an operand that has an operator), others are passed on.
struct Transforming {
  struct promise_type : Detached::promise_type {
    Transforming get_return_object() { return {}; }
    library::Free await_transform(int) { return {}; }
    SuspendsHandle await_transform(const char*) { return {}; }
  };
};

Detached by_return_type() {
  std::printf("void %d\n", co_await SuspendsVoid());
  std::printf("bool true %d\n", co_await SuspendsBool(true));
  std::printf("bool false %d\n", co_await SuspendsBool(false));
  std::printf("handle %d\n", co_await SuspendsHandle());
  const char*& text = co_await Ready();
  std::printf("%s\n", text);
  try {
    co_await Throws();
  } catch (const std::exception& error) {
    std::printf("threw %s\n", error.what());
  }
  const SuspendsVoid kept;
  std::printf("lvalue %d\n", co_await kept);
  std::printf("left %d\n", alive);
}

Detached by_operator() {
  const Member member;
  std::printf("member & %d\n", co_await member);
  std::printf("member && %s\n", co_await Member());
  std::printf("free %d\n", co_await library::Free());
  std::printf("greedy %d\n", co_await library::Greedy<bool>());
  std::printf("unseen %d\n", co_await std::chrono::milliseconds(1));
  co_await loop.schedule();
  const bool both = co_await SuspendsVoid() > 0 && co_await SuspendsVoid() > 0;
  std::printf("both %d\n", both);
  std::printf("left %d\n", alive);
}

Transforming by_transform() {
  std::printf("transformed %d\n", co_await 5);
  std::printf("text %d\n", co_await "text");
}

int main() {
  by_return_type();
  loop.run();
  by_operator();
  loop.run();
  by_transform();
  loop.run();
  std::printf("alive %d\n", alive);
}
