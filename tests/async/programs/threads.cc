// std::thread, std::jthread and std::async, started by each other.
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "oracle.h"

static std::atomic<int> g_ended = 0;

static void leaf(int parent) {
  oracle::Life life("thread", parent);
  ++g_ended;
  life.done();
}

static void branch(int parent) {
  oracle::Life life("thread", parent);
  std::vector<std::jthread> children;
  for (int i = 0; i < 3; ++i) children.emplace_back(leaf, life.id());
  auto future = std::async(std::launch::async, leaf, life.id());
  future.get();
  children.clear();
  ++g_ended;
  life.done();
}

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(branch, 0);
  for (auto& thread : threads) thread.join();
  return g_ended == 3 * 5 ? 0 : 1;
}
