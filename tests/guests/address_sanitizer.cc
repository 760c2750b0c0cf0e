// Built with AddressSanitizer: its shadow memory, its allocator, and the error that it finds.
// flags: -fsanitize=address -Wno-use-after-free
// runs: -> 0 | bad -> 7
#include <sanitizer/asan_interface.h>

#include <string>
#include <thread>
#include <vector>

#include "guest.h"

extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:exitcode=7";
}

int main(int count, char**) {
  std::vector<std::thread> threads;
  std::vector<std::string> texts(4);
  for (size_t i = 0; i < texts.size(); ++i)
    threads.emplace_back([&texts, i] { texts[i] = std::string(1000 * (i + 1), 'x'); });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < texts.size(); ++i) expect(texts[i].size() == 1000 * (i + 1));
  char* bytes = new char[100];
  expect(__asan_region_is_poisoned(bytes, 101) == bytes + 100);
  delete[] bytes;
  expect(__asan_address_is_poisoned(bytes) == 1);
  if (count > 1) return bytes[5];
  return done();
}
