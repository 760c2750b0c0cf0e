// Connections to a PostgreSQL server for coroutines: libpq's non-blocking interface, its socket in
// the io_context. https://www.postgresql.org/docs/15/libpq-async.html
//
//   pool.query ──> pool.acquire ──> Connection::open     none is idle, and there may be more
//        │                     └──> (waits)              all are busy: first come, first served
//        └───────> Connection::query ──> wait for the socket
//
// One thread runs the io_context, so nothing here is locked.
#pragma once

#include <libpq-fe.h>

#include <boost/asio.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace db {

namespace asio = boost::asio;
using asio::awaitable;

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

/// One session with the server. One query at a time. Errors are std::runtime_error.
class Connection {
 public:
  static awaitable<std::unique_ptr<Connection>> open(std::string conninfo);
  ~Connection() { socket_.release(); }
  Connection(const Connection&) = delete;

  awaitable<Rows> query(std::string sql);

  /// A query that was given up half-way leaves a connection that is of no more use.
  bool is_idle() const { return PQtransactionStatus(session_.get()) == PQTRANS_IDLE; }

 private:
  struct Finish {
    void operator()(PGconn* session) const { PQfinish(session); }
  };
  using Session = std::unique_ptr<PGconn, Finish>;

  Connection(const asio::any_io_executor& executor, Session session)
      : session_(std::move(session)), socket_(executor, PQsocket(session_.get())) {}
  awaitable<void> flush();

  Session session_;                        // owns the socket ...
  asio::posix::stream_descriptor socket_;  // ... that this only waits for
};

/// Up to `size` connections that are opened when they are first needed.
class Pool {
 public:
  Pool(std::string conninfo, size_t size) : conninfo_(std::move(conninfo)), size_(size) {}

  awaitable<Rows> query(std::string sql);

  /// Closes what is idle now, and the others when they come back. Before the io_context ends.
  void close();

 private:
  class Lease;
  using Waiter = std::shared_ptr<asio::steady_timer>;

  awaitable<Lease> acquire();
  void give_back(std::unique_ptr<Connection> connection);

  std::string conninfo_;
  size_t size_;
  size_t opened_ = 0;
  bool closed_ = false;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<Waiter> waiters_;
};

}  // namespace db
