// A write to an eventfd waits while its counter has no room; reads give it room. As a semaphore it
// gives one at a time.
#include <sys/eventfd.h>

#include "company.h"

int main() {
  const Company company;
  const int fd = eventfd(0, 0);
  const uint64_t most = UINT64_MAX - 1;
  uint64_t got = 0;
  expect(write(fd, &most, 8) == 8);
  std::thread reader([&] {
    sleep_ms(10);
    expect(read(fd, &got, 8) == 8 && got == most);
  });
  const uint64_t two = 2, start = now_ns();
  expect(write(fd, &two, 8) == 8 && now_ns() - start >= 5'000'000);
  reader.join();
  expect(read(fd, &got, 8) == 8 && got == 2);
  expect(read(fd, &got, 4) == -1 && errno == EINVAL);
  const int semaphore = eventfd(3, EFD_SEMAPHORE);
  for (int i = 0; i < 3; ++i) expect(read(semaphore, &got, 8) == 8 && got == 1);
  std::thread writer([&] {
    sleep_ms(5);
    expect(eventfd_write(semaphore, 1) == 0);
  });
  expect(read(semaphore, &got, 8) == 8 && got == 1);
  writer.join();
  return done();
}
