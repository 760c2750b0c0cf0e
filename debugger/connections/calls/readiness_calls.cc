/// Calls that tell which descriptors are ready: epoll, poll, select.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include "debugger/connections/calls/signal_causes.h"
#include "debugger/connections/calls/tracker_state.h"

namespace weft::connections {

namespace {

constexpr size_t kEpollEventBytes = 12;  // packed: u32 events, u64 the user's word
constexpr size_t kMaxRegistrations = 1 << 20;
constexpr uint32_t kReadable = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;

/// One descriptor was reported by `call`.
void report(TrackerState& state, const CallEvent& call, int fd, bool readable, bool writable) {
  OpenFile* file = fd < 0 ? nullptr : state.files.use(fd);
  auto cause = std::pair(CauseKind::kUnknown, Mark{});
  if (file != nullptr && readable) {
    cause = state.readable_cause(*file);
    if (!file->ready) file->ready = state.now;
  } else if (file != nullptr) {
    cause.first = CauseKind::kOutside;  // room to write, or a connection that came about
  }
  Wake& wake = state.wake(call, cause.first, cause.second, fd);
  wake.readiness = true;
  wake.readable = readable;
  wake.writable = writable;
}

/// The end of a call that was ready to wait.
void report_timeout(TrackerState& state, const CallEvent& call) {
  if (call.result == 0) state.wake(call, CauseKind::kTimeout, {}, -1).readiness = true;
}

void report_interruption(TrackerState& state, const CallEvent& call) {
  if (call.result == -EINTR) interrupted(state, call);
}

void on_epoll_ctl(TrackerState& state, const CallEvent& call) {
  OpenFile* epoll = state.files.use(call.int_arg(0));
  if (call.failed() || epoll == nullptr || call.int_arg(1) == EPOLL_CTL_DEL) return;
  const std::string_view event = call.effect(3, trace::EffectKind::kSent);
  if (event.size() < kEpollEventBytes) return;
  if (!epoll->registrations)
    epoll->registrations = std::make_unique<std::unordered_map<uint64_t, int>>();
  if (epoll->registrations->size() < kMaxRegistrations)
    (*epoll->registrations)[read_as<uint64_t>(event, 4)] = call.int_arg(2);
}

/// The descriptor that the user's word stands for; -1: unknown. Without a registration (the epoll
/// descriptor was inherited) programs usually put the descriptor itself there.
int registered(TrackerState& state, const OpenFile* epoll, uint64_t word) {
  if (epoll != nullptr && epoll->registrations) {
    const auto found = epoll->registrations->find(word);
    if (found != epoll->registrations->end()) return found->second;
  }
  const auto fd = static_cast<int32_t>(word);
  return state.files.find(fd) != nullptr ? fd : -1;
}

void on_epoll_wait(TrackerState& state, const CallEvent& call) {
  if (call.int_arg(3) != 0) report_timeout(state, call);
  report_interruption(state, call);
  if (call.result <= 0) return;
  const OpenFile* epoll = state.files.find(call.int_arg(0));
  std::string_view events = call.effect(1);
  for (; events.size() >= kEpollEventBytes; events.remove_prefix(kEpollEventBytes)) {
    const auto what = read_as<uint32_t>(events);
    const int fd = registered(state, epoll, read_as<uint64_t>(events, 4));
    report(state, call, fd, (what & kReadable) != 0, (what & EPOLLOUT) != 0);
  }
}

void on_poll(TrackerState& state, const CallEvent& call) {
  if (call.event.header().call == SYS_ppoll || call.int_arg(2) != 0) report_timeout(state, call);
  report_interruption(state, call);
  if (call.result <= 0) return;
  std::string_view polled = call.effect(0);
  for (; polled.size() >= sizeof(pollfd); polled.remove_prefix(sizeof(pollfd))) {
    const auto one = read_as<pollfd>(polled);
    if (one.revents == 0 || (one.revents & POLLNVAL) != 0) continue;
    report(state, call, one.fd, (static_cast<uint32_t>(one.revents) & kReadable) != 0,
           (one.revents & POLLOUT) != 0);
  }
}

bool in_set(std::string_view set, size_t fd) {
  return fd / 8 < set.size() && (static_cast<unsigned char>(set[fd / 8]) >> (fd % 8) & 1) != 0;
}

void on_select(TrackerState& state, const CallEvent& call) {
  report_timeout(state, call);
  report_interruption(state, call);
  if (call.result <= 0) return;
  const std::string_view readable = call.effect(1), writable = call.effect(2);
  const size_t bits = 8 * std::max(readable.size(), writable.size());
  for (size_t fd = 0; fd < bits; ++fd) {
    const bool in = in_set(readable, fd), out = in_set(writable, fd);
    if (in || out) report(state, call, static_cast<int>(fd), in, out);
  }
}

}  // namespace

void put_readiness_handlers(CallHandlers& handlers) {
  handlers[SYS_epoll_ctl] = on_epoll_ctl;
  handlers[SYS_epoll_wait] = on_epoll_wait;
  handlers[SYS_epoll_pwait] = on_epoll_wait;
  handlers[SYS_epoll_pwait2] = on_epoll_wait;
  handlers[SYS_poll] = on_poll;
  handlers[SYS_ppoll] = on_poll;
  handlers[SYS_select] = on_select;
  handlers[SYS_pselect6] = on_select;
}

}  // namespace weft::connections
