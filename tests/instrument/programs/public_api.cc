// weft/async.h and weft/log.h: requests, notes, holders, waits, trace IDs in log lines.
// flags: -DSPDLOG_FMT_EXTERNAL
// libs: -lfmt -lspdlog
// variants: g++-O2 clang++-19-O0 clang++-19-O2
#include "task_types.h"
// The tracing flag is not needed for any of it, except that awaiters are asked what they wait for.
#include <fmt/core.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <iostream>
#include <sstream>

#include "weft/async.h"
#include "weft/log.h"

Loop loop;

/// An async lock whose author wants it to be seen.
class Lock {
 public:
  auto take() {
    struct Awaiter {
      Lock& lock;
      bool await_ready() { return !lock.taken_; }
      void await_suspend(std::coroutine_handle<> h) {
        lock.waiter_ = h;
        lock.task_ = weft::current_task();
      }
      void await_resume() {
        lock.taken_ = true;
        weft::acquired(&lock, "ledger");
      }
      weft::Waiting weft_waiting() const noexcept { return weft::waiting_for_lock(&lock); }
    };
    return Awaiter{*this};
  }
  void give() {
    taken_ = false;
    weft::released(this);
    if (!waiter_) return;
    weft::wake(task_);
    loop.ready.push_back(std::exchange(waiter_, nullptr));
  }

 private:
  bool taken_ = false;
  std::coroutine_handle<> waiter_;
  weft_task task_ = 0;
};

Detached user(Lock& lock, const char* name) {
  auto request = weft::request(name, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  weft::name_task(name);
  co_await lock.take();
  weft::note("holder", name);
  co_await loop.schedule();
  lock.give();
  if (name[0] == 'b') request.fail();
}

int main() {
  Lock lock;
  user(lock, "alice");
  user(lock, "bob");
  loop.run();
  {
    auto job = weft::Task("job");
    weft::Running running(job);
    running.suspends(weft::ready_at_once());
  }
  std::ostringstream stream;
  stream << weft::traceparent();
  const std::string formatted = fmt::format("{}", weft::traceparent());
  const std::string id = fmt::format("{:t}", weft::traceparent());
  const bool same = stream.str() == formatted && formatted.find(id) != std::string::npos;
  std::printf("%s\n", same ? "same" : "OTHER");
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<weft::TraceIdFlag>('*').set_pattern("%* %v");
  std::ostringstream lines;
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
  logger.set_formatter(std::move(formatter));
  logger.info("line");
  std::printf("%s\n", lines.str() == id + " line\n" ? "same" : lines.str().c_str());
  std::printf("%s\n", weft::recorded() == (id.size() == 32) ? "as told" : "OTHER");
}
