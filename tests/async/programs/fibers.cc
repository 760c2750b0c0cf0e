// untraced: fibers are seen without a flag
// libs: -lboost_fiber -lboost_context
// Fibers of Boost.Fiber that start and join others, and yield in between.
#include <boost/fiber/all.hpp>
#include <vector>

#include "oracle.h"

static int g_ended = 0;

static void grow(int parent, int depth) {
  oracle::Life life("fiber", parent);
  std::vector<boost::fibers::fiber> children;
  for (int i = 0; i < depth; ++i) children.emplace_back([&] { grow(life.id(), depth - 1); });
  for (int i = 0; i < 2; ++i) {
    life.suspend();
    boost::this_fiber::yield();
    life.resume();
  }
  for (auto& child : children) child.join();
  ++g_ended;
  life.done();
}

int main() {
  std::vector<boost::fibers::fiber> roots;
  for (int i = 0; i < 2; ++i) roots.emplace_back([] { grow(0, 3); });
  for (auto& root : roots) root.join();
  return g_ended == 2 * (1 + 3 + 6 + 6) ? 0 : 1;
}
