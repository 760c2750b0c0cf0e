// Generators: one that is read to its end, some that are dropped half-way, one that reads another.
// replayed: -O0 -O2
#include <coroutine>
#include <exception>
#include <utility>

#include "oracle.h"

class Generator {
 public:
  struct promise_type {
    Generator get_return_object() { return Generator(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int number) noexcept {
      value = number;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
    int value = 0;
  };
  using Handle = std::coroutine_handle<promise_type>;

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Generator() {
    if (handle_) handle_.destroy();
  }
  bool next() {
    handle_.resume();
    return !handle_.done();
  }
  int value() const { return handle_.promise().value; }

 private:
  explicit Generator(Handle handle) : handle_(handle) {}
  Handle handle_;
};

static Generator count_to(int parent, int last) {
  oracle::Life life("count_to", parent);
  for (int i = 1; i <= last; ++i) {
    life.suspend();
    co_yield i;
    life.resume();
  }
  life.done();
}

static Generator even(int parent, int last) {
  oracle::Life life("even", parent);
  auto numbers = count_to(life.id(), last);
  while (numbers.next()) {
    if (numbers.value() % 2 != 0) continue;
    life.suspend();
    co_yield numbers.value();
    life.resume();
  }
  life.done();
}

int main() {
  int sum = 0;
  auto all = count_to(0, 10);
  while (all.next()) sum += all.value();
  for (int i = 1; i <= 3; ++i) {
    auto some = count_to(0, 100);
    for (int k = 0; k < i && some.next(); ++k) sum += some.value();
  }
  auto numbers = even(0, 20);
  while (numbers.next()) sum += numbers.value();
  auto dropped = even(0, 20);
  dropped.next();
  return sum == 55 + 1 + 3 + 6 + 110 ? 0 : 1;
}
