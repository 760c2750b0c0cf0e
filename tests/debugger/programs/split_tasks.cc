// Coroutines that g++ -O2 splits: a likely part and an unlikely one.
// traced
// flags: -O2
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

std::deque<std::coroutine_handle<>> g_ready;

template <class T>
struct Task {
  struct promise_type {
    T value{};
    std::exception_ptr error;
    std::coroutine_handle<> waiter;
    Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
        return h.promise().waiter ? h.promise().waiter : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(T v) { value = std::move(v); }
    void unhandled_exception() { error = std::current_exception(); }
  };
  std::coroutine_handle<promise_type> h;
  explicit Task(std::coroutine_handle<promise_type> handle) : h(handle) {}
  Task(Task&& o) noexcept : h(std::exchange(o.h, {})) {}
  ~Task() { if (h) h.destroy(); }
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> w) { h.promise().waiter = w; return h; }
  T await_resume() {
    if (h.promise().error) std::rethrow_exception(h.promise().error);
    return std::move(h.promise().value);
  }
};

struct Yield {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) { g_ready.push_back(h); }
  void await_resume() {}
};

Task<int> leaf(int number) {
  int doubled = number * 2;
  co_await Yield{};
  if (doubled > 100) throw std::runtime_error("too large: " + std::to_string(doubled));
  co_await Yield{};
  co_return doubled + 1;
}

Task<std::string> middle(std::string name, int count) {
  std::vector<int> found;
  for (int i = 0; i < count; ++i) {
    int one = co_await leaf(i * 30);
    found.push_back(one);
  }
  std::string text = name;
  for (int one : found) text += " " + std::to_string(one);
  co_return text;
}

Task<int> top(std::string who, int count) {
  int failed = 0;
  try {
    std::string text = co_await middle(who, count);
    std::printf("%s\n", text.c_str());
  } catch (const std::exception& error) {
    ++failed;
    std::printf("%s failed: %s\n", who.c_str(), error.what());
  }
  co_await Yield{};
  co_return failed;
}

int main() {
  std::vector<Task<int>> all;
  all.push_back(top("anna", 2));
  all.push_back(top("bert", 4));
  for (auto& one : all) g_ready.push_back(one.h);
  while (!g_ready.empty()) {
    auto next = g_ready.front();
    g_ready.pop_front();
    next.resume();
  }
  int failed = 0;
  for (auto& one : all) failed += one.h.promise().value;
  std::printf("%d failed\n", failed);
}
