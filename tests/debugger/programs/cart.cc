// flags: -O2
// Coroutines whose unlikely code lies apart from the rest (.cold), with an executor of their own.
#include <coroutine>
#include <cstdio>
#include <string>
#include <vector>

struct Task {
  struct promise_type {
    int value = 0;
    std::coroutine_handle<> awaiter;
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().awaiter ? self.promise().awaiter : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(int result) { value = result; }
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> handle;
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) {
    handle.promise().awaiter = awaiter;
    return handle;
  }
  int await_resume() {
    const int value = handle.promise().value;
    handle.destroy();
    return value;
  }
};

std::vector<std::coroutine_handle<>> g_ready;

struct Later {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { g_ready.push_back(handle); }
  void await_resume() {}
};

Task cart_page(int user, std::string name) {
  int total = user * 2;
  co_await Later{};
  total += static_cast<int>(name.size());
  co_await Later{};
  if (total < 0) throw total;
  co_return total;
}

Task shop(int users) {
  int sum = 0;
  for (int user = 0; user < users; ++user) {
    sum += co_await cart_page(user, "name " + std::to_string(user));
  }
  std::printf("sum %d\n", sum);
  co_return sum;
}

int main() {
  Task first = shop(3);
  Task second = shop(2);
  first.handle.resume();
  second.handle.resume();
  while (!g_ready.empty()) {
    const auto handle = g_ready.front();
    g_ready.erase(g_ready.begin());
    handle.resume();
  }
  return 0;
}
