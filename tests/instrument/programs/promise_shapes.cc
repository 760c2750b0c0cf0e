// Promises of every shape keep their address, their constructor, their allocation, and their type.
// variants: g++-O2 clang++-19-O0
// (Clang at -O2 puts the frame of a coroutine that does not suspend on the stack.)
#include <cstdlib>
#include <memory>
#include <new>

#include "task_types.h"

/// The handle of the user's promise type leads to the frame and back.
template <class P>
void check_handle(P& promise) {
  const auto handle = std::coroutine_handle<P>::from_promise(promise);
  const auto again = std::coroutine_handle<P>::from_address(handle.address());
  const bool same = std::addressof(again.promise()) == std::addressof(promise);
  std::printf("%s ", same ? "same" : "OTHER");
}

template <class P>
struct Fire {
  using promise_type = P;
};

template <class Self>
struct Basic {
  Fire<Self> get_return_object() {
    check_handle(static_cast<Self&>(*this));
    return {};
  }
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }
  void return_void() {}
};

struct Empty : Basic<Empty> {};

struct Final final : Basic<Final> {};

struct alignas(32) Aligned : Basic<Aligned> {
  char data[32] = "aligned";
};

struct Virtual : Basic<Virtual> {
  virtual ~Virtual() = default;
  virtual void unhandled_exception() final { std::terminate(); }
  virtual int number() { return 4; }
};

struct Base0 {
  int zero = 0;
};
struct VirtualBase : virtual Base0, Basic<VirtualBase> {
  int one = 1;
};

/// Made from the coroutine's own arguments.
struct FromArguments : Basic<FromArguments> {
  FromArguments(int a, const std::unique_ptr<int>& b) { std::printf("(%d %d) ", a, *b); }
  template <class Object>
  FromArguments(Object&, int a) {
    std::printf("(member %d) ", a);
  }
};

/// Has an allocation of its own, which takes the coroutine's arguments.
struct Arena {
  size_t frames = 0;
};
struct Allocated : Basic<Allocated> {
  static void* operator new(size_t bytes, Arena& arena) {
    ++arena.frames;
    return std::malloc(bytes);
  }
  static void operator delete(void* p) { std::free(p); }
};

struct NoMemory : Basic<NoMemory> {
  static void* operator new(size_t, const std::nothrow_t&) noexcept { return nullptr; }
  static void* operator new(size_t) noexcept { return nullptr; }
  static void operator delete(void*) {}
  static Fire<NoMemory> get_return_object_on_allocation_failure() {
    std::printf("no memory ");
    return {};
  }
};

/// A conversion from the promise's own handle, and a value returned by braces.
struct Pair {
  int a, b;
};
struct Returning : Basic<Returning> {
  void return_value(Pair pair) { std::printf("%d %d ", pair.a, pair.b); }
  void return_void() = delete;
};
struct Returned {
  struct promise_type {
    Pair pair;
    Returned get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
    void return_value(Pair p) { pair = p; }
  };
  std::coroutine_handle<promise_type> handle;
};

/// A return type without a promise of its own: the traits name one.
struct ByTraits : Basic<ByTraits> {
  void get_return_object() {}
};
template <>
struct std::coroutine_traits<void, const char*> {
  using promise_type = ByTraits;
};

/// Awaits itself: its awaiter wants the user's promise, by type.
struct OwnPromise {
  bool await_ready() { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> h) {
    static_assert(std::is_same_v<P, Aligned>);
    std::printf("%s ", h.promise().data);
    return false;
  }
  void await_resume() {}
};

template <class P>
Fire<P> run() {
  std::printf("run ");
  co_return;
}
Fire<Aligned> aligned() {
  co_await OwnPromise();
}
Fire<FromArguments> from_arguments(int, std::unique_ptr<int>) {
  co_return;
}
struct Object {
  Fire<FromArguments> member(int) { co_return; }
};
Fire<Allocated> allocated(Arena&) {
  co_return;
}
Returned returned() {
  co_return {5, 6};
}
void by_traits(const char* text) {
  std::printf("%s ", text);
  co_return;
}

int main() {
  run<Empty>();
  run<Final>();
  run<Virtual>();
  run<VirtualBase>();
  run<NoMemory>();
  aligned();
  from_arguments(1, std::make_unique<int>(2));
  Object().member(3);
  Arena arena;
  allocated(arena);
  std::printf("frames %zu ", arena.frames);
  const Returned value = returned();
  std::printf("%d %d ", value.handle.promise().pair.a, value.handle.promise().pair.b);
  value.handle.destroy();
  by_traits("traits");
  [](int n) -> Detached {
    std::printf("lambda %d\n", n);
    co_return;
  }(7);
}
