// A crew of coroutines on two threads; one leaves a bad pointer, another goes through it.
// traced
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <thread>

std::mutex g_mutex;
std::condition_variable g_ready;
std::deque<std::coroutine_handle<>> g_queue;

struct Yield {  // back into the queue, for whichever thread takes it
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> task) const {
    const std::lock_guard lock(g_mutex);
    g_queue.push_back(task);
    g_ready.notify_one();
  }
  void await_resume() const {}
};

struct Never {
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<>) const {}
  void await_resume() const {}
};

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    Yield initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

struct Order {
  int number, amount;
};
Order g_order{7, 12};
Order* g_current = &g_order;
int g_total = 0;

Task wait_for_stock(int shelf) {
  int missing = 3 * shelf;
  co_await Never{};
  g_total += missing;
}

std::atomic<bool> g_cancelled = false;

Task cancel_order(int number) {
  co_await Yield{};
  if (g_current->number == number) g_current = reinterpret_cast<Order*>(0x10);
  g_cancelled = true;
}

Task bill_order(int customer) {
  while (!g_cancelled) co_await Yield{};
  const int before = g_total + customer;
  g_total = before + g_current->amount;
}

void work() {
  while (true) {
    std::coroutine_handle<> next;
    {
      std::unique_lock lock(g_mutex);
      g_ready.wait(lock, [] { return !g_queue.empty(); });
      next = g_queue.front();
      g_queue.pop_front();
    }
    next.resume();
  }
}

int main() {
  wait_for_stock(1);
  wait_for_stock(2);
  bill_order(5);
  cancel_order(7);
  std::thread one(work), two(work);
  one.join();
  two.join();
}
