// Two threads that pass a turn to each other by loads and stores alone.
#include <atomic>
#include <thread>

std::atomic<int> g_turn = 0;
int g_sum = 0;

void take_turns(int me) {
  for (int i = 0; i < 40; ++i) {
    while (g_turn.load() % 2 != me) {
    }
    g_sum = g_sum * 3 + me;
    g_turn.fetch_add(1);
  }
}

int main() {
  std::thread other(take_turns, 1);
  take_turns(0);
  other.join();
  return g_turn == 80 ? 0 : 1;
}
