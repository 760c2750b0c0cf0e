// untraced
// Two fibers that push into channels of Boost.Fiber, which are full: each waits for the other to take.
// Its twin is fiber_waits.cc.
// libs: -lboost_fiber -lboost_context
// weft why: all fibers wait, 2 in calls of the program: no fiber can wake another one
// weft why: fiber #[0-9]+ \(FILE:ASKS\) waits in
// weft why: fiber #[0-9]+ \(FILE:ANSWERS\) waits in
#include <unistd.h>

#include <boost/fiber/all.hpp>
#include <chrono>
#include <thread>

namespace fibers = boost::fibers;

static fibers::buffered_channel<int> questions(4), answers(4);

static void producer() {
  int answer = 0;
  for (int i = 0; i < 20; ++i) questions.push(i);  // ASKS
  for (int i = 0; i < 20; ++i) answers.pop(answer);
}

static void consumer() {
  int question = 0;
  while (questions.pop(question) == fibers::channel_op_status::success)
    answers.push(question);  // ANSWERS
}

int main() {
  std::thread watchdog([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    _exit(0);
  });
  fibers::fiber one(producer), two(consumer);
  one.join();
  two.join();
  watchdog.join();
}
