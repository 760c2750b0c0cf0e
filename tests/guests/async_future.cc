// std::async, std::promise with an exception, and a future that times out.
#include <future>
#include <stdexcept>

#include "guest.h"

int main() {
  int sum = 0;
  for (int i = 0; i < 20; ++i) {
    auto square = std::async(std::launch::async, [i] { return i * i; });
    sum += square.get();
  }
  expect(sum == 2470);
  std::promise<int> broken;
  auto result = broken.get_future();
  expect(result.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout);
  std::thread thrower(
      [&] { broken.set_exception(std::make_exception_ptr(std::runtime_error("as planned"))); });
  bool caught = false;
  try {
    result.get();
  } catch (const std::runtime_error& error) {
    caught = std::string(error.what()) == "as planned";
  }
  thrower.join();
  expect(caught);
  return done();
}
