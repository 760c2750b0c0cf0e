/// A recording of a server that never ran, as large as one likes: coroutines, keep-alive
/// connections, SQL. What the analysis of ten million events costs is measured on it.
///
/// Each request: a session reads "GET /orders/17", awaits respond, which awaits route, which
/// awaits three queries one after the other; some 85 events, 20 tasks.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/syscall.h>

#include <string>
#include <utility>
#include <vector>

#include "recorder/trace/trace_writer.h"
#include "tests/unit/trace/sample_events.h"
#include "weft/abi/weft_abi.h"
#include "weft/trace/hook.h"

namespace weft::bench {

using trace::EffectKind;
using trace::EventKind;
using trace::HookKind;
using trace::kAbsolute;

/// Events go to the file as they come: a trace may be larger than memory.
class ServerTrace {
 public:
  explicit ServerTrace(trace::TraceWriter& writer) : writer_(writer) {}

  /// A server that works until there are so many events.
  Status serve(uint64_t events) {
    call(SYS_socket, {AF_INET, SOCK_STREAM, 0}, kListener);
    call(SYS_listen, {kListener, 128}, 0);
    for (int i = 0; i < kConnections; ++i) connect_database(i), accept_session(i);
    for (uint64_t round = 0; count_ < events && status_; ++round)
      request(static_cast<int>(round % kConnections), round);
    return finish();
  }

  /// One request in which so many tasks run: half of them children, half of them a chain.
  Status one_request(uint64_t tasks) {
    const uint64_t session = create("session", 0);
    resume(session, 0);
    const uint64_t id = ++last_id_;
    hook(HookKind::kRequestBegin, {session}, {"import", ""}, id);
    uint64_t parent = session;
    for (uint64_t i = 0; i < tasks && status_; ++i) {
      const uint64_t task = create(i % 2 == 0 ? "row" : "step", parent);
      resume(task, session);
      if (i % 2 == 1) parent = task;
      end(task);
    }
    hook(HookKind::kRequestEnd, {id, WEFT_DONE, session});
    return finish();
  }

 private:
  static constexpr int kConnections = 32, kListener = 3, kFirstSession = 100, kFirstDatabase = 200;

  struct Operation {
    uint64_t id;
    int fd;
  };

  uint64_t place(const std::string& function, uint64_t line) {
    for (size_t i = 0; i < places_.size(); ++i) {
      if (places_[i] == std::pair(function, line)) return i + 1;
    }
    places_.emplace_back(function, line);
    hook(HookKind::kPlace, {places_.size(), line, 3}, {"shop.cc", "task<> " + function + "(int)"});
    return places_.size();
  }
  uint64_t create(const std::string& function, uint64_t parent) {
    const uint64_t where = place(function, 10), id = ++last_id_;
    hook(HookKind::kTaskCreate, {WEFT_TASK_COROUTINE, 0x1000'0000 + 64 * id, where, parent}, {},
         id);
    return id;
  }
  void resume(uint64_t task, uint64_t previous) {
    hook(HookKind::kTaskResume, {task, 0}, {}, previous);
  }
  void suspend(uint64_t task, const std::string& function, uint32_t wait, uint64_t object = 0) {
    hook(HookKind::kTaskSuspend, {task, place(function, 20), wait, object});
  }
  void end(uint64_t task) { hook(HookKind::kTaskEnd, {task, WEFT_DONE}, {""}); }
  /// `waiter` awaits a new task, which runs.
  uint64_t begin_child(const std::string& function, uint64_t waiter, const std::string& waiting) {
    const uint64_t task = create(function, waiter);
    hook(HookKind::kTaskAwait, {waiter, task});
    suspend(waiter, waiting, WEFT_WAIT_TASK, task);
    resume(task, waiter);
    return task;
  }
  Operation start(const std::string& name, uint64_t task, int fd) {
    const uint64_t id = ++last_id_;
    const uint64_t object = 0x2000'0000 + 64 * static_cast<uint64_t>(fd);
    hook(HookKind::kOperationStart, {task, 0, object, static_cast<uint64_t>(fd)}, {name}, id);
    return {id, fd};
  }
  /// The operation is over, its handler runs, and resumes the task.
  void complete(const Operation& operation, uint64_t task, uint64_t bytes) {
    hook(HookKind::kOperationComplete, {operation.id, 0, bytes, 0});
    resume(operation.id, 0);
    resume(task, operation.id);
  }

  void connect_database(int number) {
    const int fd = kFirstDatabase + number;
    call(SYS_socket, {AF_INET, SOCK_STREAM, 0}, fd);
    call(SYS_connect, {static_cast<uint64_t>(fd), 1, 16}, 0,
         {{1, EffectKind::kSent, ipv4(5432)}, {0, EffectKind::kSent, ipv4(40'000)}});
  }
  void accept_session(int number) {
    const int fd = kFirstSession + number;
    call(SYS_accept4, {kListener, 1, 2, SOCK_CLOEXEC}, fd, {{1, EffectKind::kWritten, ipv4(4711)}});
    const uint64_t session = create("session", 0);
    resume(session, 0);
    suspend(session, "session", WEFT_WAIT_IO);
    sessions_.push_back({session, start("socket.async_receive", session, fd)});
  }

  void request(int number, uint64_t round) {
    auto& [session, reading] = sessions_[static_cast<size_t>(number)];
    wait();
    const std::string asked =
        "GET /orders/" + std::to_string(round % 1000) + " HTTP/1.1\r\nHost: shop\r\n\r\n";
    read(reading.fd, asked);
    complete(reading, session, asked.size());
    const uint64_t respond = begin_child("respond", session, "session");
    const uint64_t route = begin_child("route", respond, "respond");
    for (const char* sql : {"SELECT * FROM orders WHERE id = 1", "SELECT name FROM customers",
                            "SELECT price FROM products"})
      query(sql, route, kFirstDatabase + number);
    end(route);
    resume(respond, session);
    end(respond);
    resume(session, reading.id);
    write(reading.fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    suspend(session, "session", WEFT_WAIT_IO);
    end(reading.id);
    reading = start("socket.async_receive", session, reading.fd);
  }

  void query(const std::string& sql, uint64_t route, int fd) {
    const uint64_t task = begin_child("query", route, "route");
    write(fd, message('Q', sql + '\0'));
    suspend(task, "query", WEFT_WAIT_IO);
    const Operation answer = start("socket.async_wait", task, fd);
    wait();
    complete(answer, task, 0);
    read(fd, message('C', std::string("SELECT 1") + '\0') + message('Z', "I"));
    const uint64_t parse = begin_child("parse", task, "query");
    end(parse);
    resume(task, answer.id);
    end(task);
    resume(route, answer.id);
    end(answer.id);
  }

  static std::string message(char type, const std::string& body) {
    const uint32_t bytes = htonl(static_cast<uint32_t>(body.size() + 4));
    std::string out(1, type);
    trace::test::append(out, bytes);
    return out + body;
  }
  static std::string ipv4(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string out;
    trace::test::append(out, address);
    return out;
  }

  void read(int fd, const std::string& bytes) {
    call(SYS_recvfrom, {static_cast<uint64_t>(fd), 0x5000, 4096, 0, 0, 0},
         static_cast<int64_t>(bytes.size()), {{1, EffectKind::kWritten, bytes}});
  }
  void write(int fd, const std::string& bytes) {
    call(SYS_sendto, {static_cast<uint64_t>(fd), 0x6000, bytes.size(), 0, 0, 0},
         static_cast<int64_t>(bytes.size()), {{kAbsolute, EffectKind::kSent, bytes, 0x6000}});
  }
  void wait() {
    const uint64_t entry = time_;
    time_ += 200'000;
    call(SYS_epoll_wait, {5, 0x7000, 64, UINT64_MAX}, 0, {}, entry);
  }

  void hook(HookKind kind, std::vector<uint64_t> arguments, std::vector<std::string> texts = {},
            uint64_t result = 0) {
    trace::test::SampleCall call{.call = static_cast<uint16_t>(kind),
                                 .site = 0x2000,
                                 .arguments = std::move(arguments),
                                 .result = static_cast<int64_t>(result),
                                 .kind = EventKind::kHook};
    for (std::string& text : texts)
      call.effects.push_back({0, EffectKind::kSent, std::move(text), 0});
    add(call);
  }
  void call(uint16_t number, std::vector<uint64_t> arguments, int64_t result,
            std::vector<trace::test::SampleEffect> effects = {}, uint64_t entry_time = 0) {
    add({.call = number,
         .site = 0x1000,
         .arguments = std::move(arguments),
         .result = result,
         .effects = std::move(effects),
         .entry_time = entry_time});
  }
  void add(trace::test::SampleCall call) {
    call.time = time_ += 300 + count_ * 7919 % 500;
    trace::test::add_call(log_, call);
    ++count_;
    if (log_.count() == 10'000) flush();
  }
  void flush() {
    if (status_ && log_.count() > 0)
      status_ = writer_.append(log_.bytes().data(), log_.bytes().size());
    log_ = {};
  }
  Status finish() {
    flush();
    return status_ ? writer_.close() : status_;
  }

  trace::TraceWriter& writer_;
  trace::test::EventLog log_;
  Status status_{};
  uint64_t count_ = 0, time_ = 1'000'000'000, last_id_ = 0;
  std::vector<std::pair<std::string, uint64_t>> places_;
  std::vector<std::pair<uint64_t, Operation>> sessions_;
};

}  // namespace weft::bench
