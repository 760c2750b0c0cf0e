// A thread pool whose task leaves a bad pointer; a later task goes through it.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

struct Order {
  int amount;
};

Order g_order{7};
Order* g_current = &g_order;

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
  }
  void post(std::function<void()> task) {
    {
      std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ready_.notify_one();
  }
  void wait() {
    for (std::thread& worker : workers_) worker.join();
  }

 private:
  void work() {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return !tasks_.empty(); });
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> workers_;
};

void cancel_order() {
  g_current = reinterpret_cast<Order*>(0x10);
}

int total = 0;
std::atomic<int> g_done = 0;

void bill_order() {
  total += g_current->amount;
}

void wait_for(int done) {
  while (g_done < done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

int main() {
  Pool pool(2);
  pool.post([] {
    bill_order();
    ++g_done;
  });
  wait_for(1);
  pool.post([] {
    cancel_order();
    ++g_done;
  });
  wait_for(2);
  pool.post(bill_order);
  pool.wait();
}
