// Eight pieces of work on one strand, though two threads are there; and as many on a pool. The first are
// queued from their posts on, and never more than one runs; the others run two at a time.
// weft why: 8 handlers went through one strand \(FILE:QUEUED\): never more than 1 ran
// weft stats: strand 0x[0-9a-f]+ \(FILE:QUEUED\): 8 handlers, 8 ready at once, 1 running at once
// weft stats: ^main \(execute\) +FILE:QUEUED +8
// never weft why: cycle|cancel
#include <boost/asio.hpp>
#include <chrono>
#include <thread>

namespace asio = boost::asio;
using namespace std::chrono_literals;

static void work() {
  const auto end = std::chrono::steady_clock::now() + 10ms;
  while (std::chrono::steady_clock::now() < end) {
  }
}

int main() {
  asio::thread_pool pool(2);
  auto strand = asio::make_strand(pool);
  for (int i = 0; i < 8; ++i) asio::post(strand, [] { work(); });  // QUEUED
  asio::post(pool, [] { std::this_thread::sleep_for(5ms); });
  pool.join();
}
