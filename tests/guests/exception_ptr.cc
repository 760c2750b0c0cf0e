// An exception caught in one thread is thrown again in another.
#include <exception>
#include <stdexcept>
#include <thread>

#include "guest.h"

int main() {
  std::exception_ptr carried;
  std::thread thrower([&] {
    try {
      throw std::runtime_error("time " + std::to_string(now_ns()));
    } catch (...) {
      carried = std::current_exception();
    }
  });
  thrower.join();
  expect(carried != nullptr);
  std::thread([&] {
    try {
      std::rethrow_exception(carried);
    } catch (const std::runtime_error& error) {
      puts(error.what());
      fflush(stdout);
      carried = nullptr;
    }
  }).join();
  expect(carried == nullptr);
  return done();
}
