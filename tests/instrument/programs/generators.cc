// co_yield: values, references, brace lists, overloads; a generator that awaits nothing.
#include <map>
#include <string>
#include <vector>

#include "task_types.h"

template <class Value, class Promise>
struct Iterated {
  std::coroutine_handle<Promise> handle;
  explicit Iterated(std::coroutine_handle<Promise> h) : handle(h) {}
  Iterated(Iterated&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  ~Iterated() {
    if (handle) handle.destroy();
  }
  Value* next() {
    handle.resume();
    return handle.done() ? nullptr : handle.promise().value;
  }
};

template <class Self>
struct PromiseBase {
  std::suspend_always initial_suspend() { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() { throw; }
  void return_void() {}
  template <class T>
  void await_transform(T&&) = delete;
};

/// One yield_value.
struct Names {
  struct promise_type : PromiseBase<promise_type> {
    std::string* value = nullptr;
    Iterated<std::string, promise_type> get_return_object() {
      return Iterated<std::string, promise_type>(
          std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always yield_value(std::string&& name) {
      value = &name;
      return {};
    }
  };
};
template <>
struct std::coroutine_traits<Iterated<std::string, Names::promise_type>> {
  using promise_type = Names::promise_type;
};

/// Overloads, as in generators of many libraries.
template <class T>
struct Generator {
  struct promise_type : PromiseBase<promise_type> {
    T* value = nullptr;
    Generator get_return_object() {
      return {Iterated<T, promise_type>(std::coroutine_handle<promise_type>::from_promise(*this))};
    }
    std::suspend_always yield_value(T& v) {
      value = &v;
      return {};
    }
    std::suspend_always yield_value(T&& v) {
      value = &v;
      return {};
    }
  };
  Iterated<T, promise_type> values;
};

Iterated<std::string, Names::promise_type> names() {
  const char* literal = "converted";
  co_yield literal;
  co_yield {literal, 4};
  std::string name = "moved";
  co_yield std::move(name);
}

Generator<std::pair<int, std::string>> pairs(int n) {
  std::pair<int, std::string> kept{0, "kept"};
  co_yield kept;
  for (int i = 1; i < n; ++i) co_yield {i, "made"};
  const std::pair<int, const char*> other{n, "converted"};
  co_yield other;
}

Generator<int> numbers() {
  int i = 0;
  while (true) co_yield i++;
}

int main() {
  auto name = names();
  while (auto* text = name.next()) std::printf("%s\n", text->c_str());
  auto pair = pairs(3);
  while (auto* p = pair.values.next()) std::printf("%d %s\n", p->first, p->second.c_str());
  auto number = numbers();
  for (int i = 0; i < 2; ++i) std::printf("%d\n", *number.values.next());
}
