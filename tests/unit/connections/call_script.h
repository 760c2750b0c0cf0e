/// Feeds a ConnectionTracker with calls that a test makes up, one event each.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/syscall.h>

#include <string>
#include <vector>

#include "debugger/connections/tracker/connection_tracker.h"
#include "tests/unit/trace/sample_events.h"

namespace weft::connections::test {

using trace::EffectKind;
using trace::EventKind;
using trace::kAbsolute;

template <class T>
std::string raw(const T& value) {
  std::string out;
  trace::test::append(out, value);
  return out;
}

inline std::string ipv4(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return raw(address);
}

class CallScript {
 public:
  CallScript() { event(EventKind::kExec, 0, raw(trace::ExecRecord{0, 0}) + '\0'); }

  trace::EventIndex call(uint16_t number, std::vector<uint64_t> arguments, int64_t result,
                         std::vector<trace::test::SampleEffect> effects = {},
                         uint64_t entry_time = 0) {
    log_ = {};
    trace::test::add_call(log_, {.call = number,
                                 .site = 0x1000,
                                 .arguments = std::move(arguments),
                                 .result = result,
                                 .effects = std::move(effects),
                                 .time = time_ += 10,
                                 .entry_time = entry_time,
                                 .thread = thread_});
    return add();
  }
  trace::EventIndex event(EventKind kind, int64_t result, const std::string& payload = "") {
    log_ = {};
    trace::EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    header.result = result;
    header.thread = thread_;
    header.time = time_ += 10;
    log_.add(header, payload);
    return add();
  }
  void on_thread(uint32_t thread) { thread_ = thread; }
  uint64_t time() const { return time_; }

  // The calls that tests make most.
  trace::EventIndex listen(int fd) {
    call(SYS_socket, {AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0}, fd);
    return call(SYS_listen, {static_cast<uint64_t>(fd), 128}, 0);
  }
  trace::EventIndex accept(int listener, int fd, uint16_t peer_port = 4000) {
    return call(SYS_accept4, {static_cast<uint64_t>(listener), 1, 2, SOCK_CLOEXEC}, fd,
                {{1, EffectKind::kWritten, ipv4(peer_port)}});
  }
  trace::EventIndex connect(int fd, uint16_t port, uint16_t local_port, int64_t result = 0) {
    call(SYS_socket, {AF_INET, SOCK_STREAM, 0}, fd);
    return call(SYS_connect, {static_cast<uint64_t>(fd), 1, 16}, result,
                {{1, EffectKind::kSent, ipv4(port)}, {0, EffectKind::kSent, ipv4(local_port)}});
  }
  trace::EventIndex read(int fd, const std::string& bytes) {
    return call(SYS_read, {static_cast<uint64_t>(fd), 0x5000, 4096},
                static_cast<int64_t>(bytes.size()), {{1, EffectKind::kWritten, bytes}});
  }
  /// Of what is written only the first 512 bytes are in the trace.
  trace::EventIndex write(int fd, const std::string& bytes) {
    return call(SYS_write, {static_cast<uint64_t>(fd), 0x6000, bytes.size()},
                static_cast<int64_t>(bytes.size()),
                {{kAbsolute, EffectKind::kSent, bytes.substr(0, 512), 0x6000}});
  }
  trace::EventIndex close(int fd) { return call(SYS_close, {static_cast<uint64_t>(fd)}, 0); }
  trace::EventIndex watch(int epoll, int fd, uint64_t word) {
    return call(SYS_epoll_ctl, {static_cast<uint64_t>(epoll), 1, static_cast<uint64_t>(fd), 2}, 0,
                {{3, EffectKind::kSent, raw(uint32_t{1}) + raw(word)}});
  }
  trace::EventIndex epoll_wait(int epoll, const std::vector<std::pair<uint32_t, uint64_t>>& found) {
    std::string events;
    for (const auto& [what, word] : found) events += raw(what) + raw(word);
    return call(SYS_epoll_wait, {static_cast<uint64_t>(epoll), 0x7000, 64, UINT64_MAX},
                static_cast<int64_t>(found.size()), {{1, EffectKind::kWritten, events}});
  }

  Exchange exchange(size_t number) const { return tracker.exchanges().at(number); }
  size_t exchanges() const { return tracker.exchanges().size(); }
  Wake only_wake() const {
    Wake none;
    none.fd = -1000;
    return tracker.wakes().size() == 1 ? tracker.wakes()[0] : none;
  }

  ConnectionTracker tracker;

 private:
  trace::EventIndex add() {
    tracker.add(next_, trace::EventView(log_.bytes().data()));
    return next_++;
  }

  trace::test::EventLog log_;
  trace::EventIndex next_{0};
  uint64_t time_ = 1000;
  uint32_t thread_ = 0;
};

}  // namespace weft::connections::test
