// Values on their way: from a pipe, over a buffer, to another thread, and copied there.
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>

struct Order {
  char name[8];
  long amount;
  int limit;
  const char* note;
};

Order g_inbox;
Order g_kept;
long g_total = 7;
long g_fixed = 40;
bool g_full;
std::mutex g_mutex;
std::condition_variable g_filled;

void receive(int fd) {
  char line[64];
  if (read(fd, line, sizeof line) < 16) return;
  Order order;
  std::memcpy(order.name, line, sizeof order.name);
  std::memcpy(&order.amount, line + 8, sizeof order.amount);
  order.limit = 100;
  order.note = "paid";
  const std::lock_guard lock(g_mutex);
  g_inbox = order;
  g_full = true;
  g_filled.notify_one();
}

void keep() {
  std::unique_lock lock(g_mutex);
  g_filled.wait(lock, [] { return g_full; });
  g_kept = g_inbox;
  g_total += g_kept.amount;
}

int main() {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  const char message[] = "anna\0\0\0\0\x2a\0\0\0\0\0\0";
  if (write(ends[1], message, 16) != 16) return 1;
  std::thread receiver(receive, ends[0]);
  keep();
  receiver.join();
  const long copy = g_kept.amount;
  std::printf("%s %ld %ld\n", g_kept.name, copy, g_total);
  return 0;
}
