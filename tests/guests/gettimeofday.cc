// gettimeofday, time, localtime and std::chrono agree on the second.
#include <sys/time.h>

#include <chrono>

#include "guest.h"

int main() {
  timeval now{};
  expect(gettimeofday(&now, nullptr) == 0);
  const time_t seconds = time(nullptr);
  expect(seconds >= now.tv_sec - 1 && seconds - now.tv_sec < 5);
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  expect(std::chrono::duration_cast<std::chrono::seconds>(since).count() - seconds < 5);
  char text[64];
  tm parts{};
  expect(strftime(text, sizeof text, "%F %T", localtime_r(&seconds, &parts)) == 19);
  puts(text);
  show("us", static_cast<uint64_t>(now.tv_usec));
  show("steady",
       static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  return done();
}
