// Boost.Context: fibers that are made, switched, end, and are destroyed before their end.
// libs: -lboost_context
#include <boost/context/fiber.hpp>
#include <vector>

#include "guest.h"

namespace ctx = boost::context;

int main() {
  uint64_t sum = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<ctx::fiber> fibers;
    for (int i = 0; i < 10; ++i) {
      fibers.emplace_back([&sum, i](ctx::fiber&& caller) {
        for (int n = 0; n < 5 + i; ++n) {
          sum = sum * 31 + static_cast<uint64_t>(n * i);
          caller = std::move(caller).resume();
        }
        return std::move(caller);
      });
    }
    for (int n = 0; n < 8; ++n) {
      for (ctx::fiber& fiber : fibers) {
        if (fiber) fiber = std::move(fiber).resume();
      }
    }
  }  // those that have not ended are unwound here
  show("sum", sum);
  return 0;
}
