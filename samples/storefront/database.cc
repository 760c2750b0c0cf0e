#include "database.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace db {

using asio::use_awaitable;
using Wait = asio::posix::descriptor_base::wait_type;

namespace {

constexpr auto kForRead = Wait::wait_read;
constexpr auto kForWrite = Wait::wait_write;

std::runtime_error failure(const PGconn* session) {
  return std::runtime_error(std::string("database: ") + PQerrorMessage(session));
}

Rows rows_of(const PGresult* result) {
  Rows rows(static_cast<size_t>(PQntuples(result)));
  for (int i = 0; i < PQntuples(result); ++i) {
    for (int k = 0; k < PQnfields(result); ++k) {
      rows[static_cast<size_t>(i)].emplace_back(PQgetvalue(result, i, k));
    }
  }
  return rows;
}

}  // namespace

awaitable<std::unique_ptr<Connection>> Connection::open(std::string conninfo) {
  const auto executor = co_await asio::this_coro::executor;
  Session session(PQconnectStart(conninfo.c_str()));
  if (!session || PQstatus(session.get()) == CONNECTION_BAD) throw failure(session.get());
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    // libpq may have changed to another socket, so each wait asks again.
    asio::posix::stream_descriptor socket(executor, PQsocket(session.get()));
    boost::system::error_code error;
    co_await socket.async_wait(next == PGRES_POLLING_READING ? kForRead : kForWrite,
                               asio::redirect_error(use_awaitable, error));
    socket.release();
    if (error) throw boost::system::system_error(error);
    next = PQconnectPoll(session.get());
    if (next == PGRES_POLLING_FAILED) throw failure(session.get());
  }
  PQsetnonblocking(session.get(), 1);
  co_return std::unique_ptr<Connection>(new Connection(executor, std::move(session)));
}

awaitable<void> Connection::flush() {
  for (;;) {
    const int left = PQflush(session_.get());
    if (left < 0) throw failure(session_.get());
    if (left == 0) co_return;
    co_await socket_.async_wait(kForWrite, use_awaitable);
  }
}

awaitable<Rows> Connection::query(std::string sql) {
  if (PQsendQuery(session_.get(), sql.c_str()) == 0) throw failure(session_.get());
  co_await flush();
  Rows rows;
  std::string error;
  for (;;) {
    while (PQisBusy(session_.get()) != 0) {
      co_await socket_.async_wait(kForRead, use_awaitable);
      if (PQconsumeInput(session_.get()) == 0) throw failure(session_.get());
    }
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(session_.get()),
                                                               &PQclear);
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) rows = rows_of(result.get());
    if (status == PGRES_FATAL_ERROR) error = PQresultErrorMessage(result.get());
  }
  if (!error.empty()) throw std::runtime_error("database: " + error);
  co_return rows;
}

/// Has a connection until its end, then gives it back.
class Pool::Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Connection> connection)
      : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&&) = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
  }
  Connection* operator->() { return connection_.get(); }

 private:
  Pool* pool_;
  std::unique_ptr<Connection> connection_;
};

awaitable<Pool::Lease> Pool::acquire() {
  while (idle_.empty() && opened_ >= size_) {
    const auto waiter = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                             asio::steady_timer::time_point::max());
    waiters_.push_back(waiter);
    boost::system::error_code woken;  // give_back() cancels the timer
    co_await waiter->async_wait(asio::redirect_error(use_awaitable, woken));
  }
  if (!idle_.empty()) {
    Lease lease(*this, std::move(idle_.back()));
    idle_.pop_back();
    co_return lease;
  }
  ++opened_;
  std::unique_ptr<Connection> connection;
  try {
    connection = co_await Connection::open(conninfo_);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
  co_return Lease(*this, std::move(connection));
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (connection && connection->is_idle() && !closed_) {
    idle_.push_back(std::move(connection));
  } else {
    --opened_;
  }
  if (waiters_.empty()) return;
  waiters_.front()->cancel();
  waiters_.pop_front();
}

void Pool::close() {
  closed_ = true;
  opened_ -= idle_.size();
  idle_.clear();
  waiters_.clear();
}

awaitable<Rows> Pool::query(std::string sql) {
  Lease connection = co_await acquire();
  co_return co_await connection->query(std::move(sql));
}

}  // namespace db
