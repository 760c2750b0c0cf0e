// A hang: two stages of a pipeline send to each other through bounded channels. While each waits
// for room in the other's channel, nobody takes anything out.
//
//   channels      hangs; end it with Ctrl-C
#include <boost/asio.hpp>
#include <cstdio>

#include "channel.h"

namespace asio = boost::asio;
using asio::awaitable;

namespace {

struct Pipeline {
  Channel<int> jobs{"jobs", 4};
  Channel<int> results{"results", 2};
};

/// Each result makes new jobs.
awaitable<void> plan(Pipeline& pipeline) {
  int next = 0;
  for (; next < 3; ++next) co_await pipeline.jobs.put(next);
  for (;;) {
    const int result = co_await pipeline.results.take();
    std::printf("result %d\n", result);
    std::fflush(stdout);
    for (int i = 0; i < 3; ++i) co_await pipeline.jobs.put(next++);  // waits: jobs is full
  }
}

/// Each job gives two results.
awaitable<void> execute(Pipeline& pipeline) {
  for (;;) {
    const int job = co_await pipeline.jobs.take();
    co_await pipeline.results.put(2 * job);  // waits: results is full
    co_await pipeline.results.put(2 * job + 1);
  }
}

}  // namespace

int main() {
  asio::io_context context(1);
  Pipeline pipeline;
  asio::co_spawn(context, plan(pipeline), asio::detached);
  asio::co_spawn(context, execute(pipeline), asio::detached);
  context.run();  // never returns
  std::printf("done\n");
}
