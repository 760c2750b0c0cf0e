// Fibers instead of coroutines: a producer and a consumer of Boost.Fiber, and a generator made of
// plain boost::context::fiber. Built without any flag: weft sees the switches in Boost's library.
//
//   fibers [NUMBERS]
#include <boost/context/fiber.hpp>
#include <boost/fiber/all.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace context = boost::context;
namespace fibers = boost::fibers;

namespace {

/// Numbers, one each time it is resumed.
class Squares {
 public:
  Squares()
      : fiber_([this](context::fiber&& caller) {
          for (int i = 1;; ++i) {
            value_ = i * i;
            caller = std::move(caller).resume();
          }
          return std::move(caller);
        }) {}

  int next() {
    fiber_ = std::move(fiber_).resume();
    return value_;
  }

 private:
  int value_ = 0;
  context::fiber fiber_;
};

using Channel = fibers::buffered_channel<int>;

void produce(Channel& channel, int numbers) {
  Squares squares;
  for (int i = 0; i < numbers; ++i) {
    boost::this_fiber::sleep_for(std::chrono::microseconds(200));
    channel.push(squares.next());
  }
  channel.close();
}

void consume(Channel& channel, long& sum) {
  for (const int number : channel) sum += number;
}

void tick(const bool& done, int& ticks) {
  for (; !done; ++ticks) boost::this_fiber::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

int main(int argc, char** argv) {
  const int numbers = argc > 1 ? std::atoi(argv[1]) : 100;
  Channel channel(4);
  long sum = 0;
  bool done = false;
  int ticks = 0;
  fibers::fiber ticker([&] { tick(done, ticks); });
  fibers::fiber producer([&] { produce(channel, numbers); });
  fibers::fiber consumer([&] { consume(channel, sum); });
  producer.join();
  consumer.join();
  done = true;
  ticker.join();
  std::printf("the first %d squares: %ld in all; %d ticks\n", numbers, sum, ticks);
}
