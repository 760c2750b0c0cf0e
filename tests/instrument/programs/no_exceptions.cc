// Without exceptions and without run-time types.
// flags: -fno-exceptions -fno-rtti
// variants: g++-O2 clang++-19-O0 clang++-19-O2
#include <coroutine>
#include <cstdio>

struct Job {
  struct promise_type {
    Job get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept {}
    void return_void() noexcept {}
  };
  std::coroutine_handle<promise_type> handle;
};

Job job(int n) {
  std::printf("first %d\n", n);
  co_await std::suspend_always();
  std::printf("second %d\n", n);
}

int main() {
  const Job one = job(1), two = job(2);
  one.handle.resume();
  one.handle.resume();
  two.handle.resume();
  one.handle.destroy();
  two.handle.destroy();
}
