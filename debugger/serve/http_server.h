/// Answers the requests of browsers, by HTTP/1.1: each connection is one request.
///
///   io_context   one thread: accepts, reads heads, writes answers. Nobody waits there for a client that
///                does not go on, and each client has kPatience for the next step
///   makers       one thread: asks the Site, which may take long
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "debugger/serve/site.h"
#include "weft/base/unique_fd.h"

namespace weft::serve {

class HttpServer {
 public:
  /// `listener` is one of TCP over IPv4. The site is asked on another thread, one request at a time.
  HttpServer(UniqueFd listener, const Site& site);

  /// Until the process ends.
  void run();

 private:
  void accept();

  const Site& site_;
  boost::asio::io_context context_{1};
  boost::asio::thread_pool makers_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

}  // namespace weft::serve
