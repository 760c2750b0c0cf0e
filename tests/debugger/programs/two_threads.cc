// Two threads that hand a number to each other.
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex g_mutex;
std::condition_variable g_changed;
int g_number = 0;

void take_turns(int parity) {
  for (int i = 0; i < 3; ++i) {
    std::unique_lock lock(g_mutex);
    g_changed.wait(lock, [parity] { return g_number % 2 == parity; });
    ++g_number;
    g_changed.notify_one();
  }
}

int main() {
  std::thread odd(take_turns, 1);
  take_turns(0);
  odd.join();
  return g_number == 6 ? 0 : 1;
}
