// A hang: two stages of a pipeline send to each other through bounded channels. While each waits
// for room in the other's channel, nobody takes anything out.
//
//   channels      hangs; end it with Ctrl-C
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "channel.h"
#include "task.h"

namespace asio = boost::asio;

namespace {

struct Pipeline {
  asio::io_context context{1};
  Channel<int> jobs{"jobs", 4};
  Channel<int> results{"results", 2};
};

/// Each result makes new jobs.
Task<void> plan(Pipeline& pipeline) {
  int next = 0;
  for (; next < 3; ++next) co_await pipeline.jobs.put(next);
  for (;;) {
    const int result = co_await pipeline.results.take();
    std::printf("result %d\n", result);
    std::fflush(stdout);
    co_await sleep(pipeline.context, std::chrono::milliseconds(5));
    for (int i = 0; i < 2; ++i) co_await pipeline.jobs.put(next++);  // waits: jobs is full
  }
}

/// Each job gives two results.
Task<void> execute(Pipeline& pipeline) {
  for (;;) {
    const int job = co_await pipeline.jobs.take();
    co_await sleep(pipeline.context, std::chrono::milliseconds(1));
    co_await pipeline.results.put(2 * job);  // waits: results is full
    co_await pipeline.results.put(2 * job + 1);
  }
}

}  // namespace

int main() {
  Pipeline pipeline;
  const auto open = asio::make_work_guard(pipeline.context);
  spawn(plan(pipeline));
  spawn(execute(pipeline));
  pipeline.context.run();
}
