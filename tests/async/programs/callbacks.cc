// Callbacks of Boost.Asio: posted, deferred, timers, and reads of a pipe; each starts others.
#include <unistd.h>

#include <array>
#include <boost/asio.hpp>
#include <chrono>
#include <memory>

#include "oracle.h"

namespace asio = boost::asio;
using std::chrono::milliseconds;

static asio::io_context g_context(1);
static int g_ran = 0;

static void post_more(int parent, int depth) {
  asio::post(g_context, [=] {
    oracle::Life life("execute", parent);  // what post() comes to
    ++g_ran;
    for (int i = 0; i < depth; ++i) post_more(life.id(), depth - 1);
    life.done();
  });
}

static void wait_for_timers(int parent, int left) {
  auto timer = std::make_shared<asio::steady_timer>(g_context, milliseconds(2));
  timer->async_wait([=](boost::system::error_code) {
    oracle::Life life("async_wait", parent);
    ++g_ran;
    (void)timer;
    if (left > 0) wait_for_timers(life.id(), left - 1);
    life.done();
  });
}

struct Pipe {
  asio::readable_pipe in{g_context};
  asio::writable_pipe out{g_context};
  std::array<char, 4> buffer{};
  Pipe() { asio::connect_pipe(in, out); }
};

static void read_pipe(const std::shared_ptr<Pipe>& pipe, int parent, int left) {
  pipe->in.async_read_some(asio::buffer(pipe->buffer), [=](boost::system::error_code, size_t) {
    oracle::Life life("async_read_some", parent);
    ++g_ran;
    if (left > 0) {
      read_pipe(pipe, life.id(), left - 1);
      pipe->out.async_write_some(asio::buffer("ping", 4),
                                 [parent = life.id()](boost::system::error_code, size_t) {
                                   oracle::Life written("async_write_some", parent);
                                   ++g_ran;
                                   written.done();
                                 });
    }
    life.done();
  });
}

int main() {
  for (int i = 0; i < 2; ++i) post_more(0, 3);
  wait_for_timers(0, 4);
  const auto pipe = std::make_shared<Pipe>();
  read_pipe(pipe, 0, 6);
  pipe->out.write_some(asio::buffer("ping", 4));
  g_context.run();
  return g_ran == 2 * (1 + 3 + 6 + 6) + 5 + 7 + 6 ? 0 : 1;
}
