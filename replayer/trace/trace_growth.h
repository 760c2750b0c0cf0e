/// A trace that is still being written: the recorder adds a chunk at least every 200 ms, if there are
/// events.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

namespace weft::trace {

/// Waits until a file has more bytes. What reads all of it again each time is asked for ever more
/// time: it waits at least as long as the last reading took, so that it never uses more than half of
/// a processor.
class TraceGrowth {
 public:
  explicit TraceGrowth(std::string path) : path_(std::move(path)) {}

  /// The file as it is now will be read; the time until wait() is how long that takes.
  void begin() {
    bytes_ = size();
    began_ = Clock::now();
  }

  /// Until it has grown.
  void wait() const {
    using namespace std::chrono_literals;
    constexpr auto kLeast = std::chrono::duration_cast<Clock::duration>(100ms);
    std::this_thread::sleep_for(std::max(kLeast, Clock::now() - began_));
    while (size() == bytes_) std::this_thread::sleep_for(kLeast);
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Of a file that is gone: another size than before.
  off_t size() const {
    struct stat status{};
    return ::stat(path_.c_str(), &status) == 0 ? status.st_size : -1;
  }

  std::string path_;
  off_t bytes_ = 0;
  Clock::time_point began_{};
};

}  // namespace weft::trace
