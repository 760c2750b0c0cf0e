/// Calls that make sockets into connections: socket, connect, accept, bind, listen, socketpair.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>

#include "debugger/connections/calls/tracker_state.h"
#include "debugger/connections/log/address.h"

namespace weft::connections {

namespace {

using trace::EffectKind;

constexpr uint64_t kTypeMask = 0xf;  // the rest are SOCK_CLOEXEC and SOCK_NONBLOCK

bool is_stream(uint64_t type) {
  return (type & kTypeMask) == SOCK_STREAM || (type & kTypeMask) == SOCK_SEQPACKET;
}

void on_socket(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const auto kind = is_stream(call.arg(1)) ? FileKind::kSocket : FileKind::kDatagram;
  state.files.open(call.result, kind, (call.arg(1) & SOCK_CLOEXEC) != 0);
}

/// Joins a connection that connect(2) made with the one that accept(2) returned, if both are here.
/// `kind`: which of them `file` is.
void meet(TrackerState& state, OpenFile& file, int fd, ConnectionKind kind,
          std::string_view address) {
  const Loopback::End end{file.connection, fd, state.now};
  const std::string key = address_key(address);
  const Loopback::End* other = kind == ConnectionKind::kAccepted ? state.loopback.accept(key, end)
                                                                 : state.loopback.connect(key, end);
  if (other == nullptr) return;
  OpenFile* peer = state.files.find(other->fd);
  if (peer != nullptr && peer->connection == other->connection && peer != &file)
    state.join_connections(file, *peer);
}

void on_connect(TrackerState& state, const CallEvent& call) {
  if (call.failed() && call.result != -EINPROGRESS && call.result != -EINTR) return;
  OpenFile* file = state.files.use(call.int_arg(0));
  if (file == nullptr || (file->kind != FileKind::kSocket && file->kind != FileKind::kUnknown))
    return;
  const std::string_view peer = call.effect(1, EffectKind::kSent);
  state.connect(*file, call.int_arg(0), ConnectionKind::kConnected, address_text(peer));
  const std::string_view local = call.effect(0, EffectKind::kSent);
  if (!local.empty()) meet(state, *file, call.int_arg(0), ConnectionKind::kConnected, local);
}

void on_accept(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const bool close_on_exec =
      call.event.header().call == SYS_accept4 && (call.arg(3) & SOCK_CLOEXEC) != 0;
  OpenFile* file = state.files.open(call.result, FileKind::kConnection, close_on_exec);
  if (file == nullptr) return;
  const auto fd = static_cast<int>(call.result);
  // The recorder asked for it if the program did not.
  std::string_view peer = call.effect(1);
  if (peer.empty()) peer = call.effect(0, EffectKind::kSent);
  state.connect(*file, fd, ConnectionKind::kAccepted, address_text(peer));
  meet(state, *file, fd, ConnectionKind::kAccepted, peer);
  OpenFile* listener = state.files.use(call.int_arg(0));
  if (listener == nullptr) return;
  listener->kind = FileKind::kListener;
  const Connection& connection = state.connections[file->connection];
  const bool own = connection.other_end != Connection::kNone;
  const Mark cause = own ? state.connections[connection.other_end].opened : Mark{};
  state.wake(call, own ? CauseKind::kConnect : CauseKind::kOutside, cause, call.int_arg(0));
  listener->ready = {};
}

void on_listen(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.use(call.int_arg(0));
  if (file != nullptr && !call.failed()) file->kind = FileKind::kListener;
}

/// Known late: the address of the other end.
void on_getpeername(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.find(call.int_arg(0));
  if (call.failed() || file == nullptr || file->connection == Connection::kNone) return;
  Connection& connection = state.connections[file->connection];
  if (connection.peer.empty())
    connection.peer = state.peers.text(state.peers.intern(address_text(call.effect(1))));
}

void on_getsockname(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.find(call.int_arg(0));
  if (call.failed() || file == nullptr || file->connection == Connection::kNone) return;
  const Connection& connection = state.connections[file->connection];
  if (connection.kind == ConnectionKind::kConnected && connection.other_end == Connection::kNone)
    meet(state, *file, call.int_arg(0), ConnectionKind::kConnected, call.effect(1));
}

/// That it is switched off again is not looked for: nobody does.
void on_setsockopt(TrackerState& state, const CallEvent& call) {
  if (call.failed() || call.int_arg(1) != IPPROTO_TCP || call.int_arg(2) != TCP_NODELAY) return;
  OpenFile* file = state.files.find(call.int_arg(0));
  if (file == nullptr) return;
  file->no_delay = true;
  if (file->connection != Connection::kNone) state.connections[file->connection].no_delay = true;
}

/// Joined, but without exchanges: what a program says to itself there is no request.
void on_socketpair(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const std::string_view pair = call.effect(3);
  const bool close_on_exec = (call.arg(1) & SOCK_CLOEXEC) != 0;
  const auto first = read_as<int32_t>(pair), second = read_as<int32_t>(pair, 4);
  OpenFile* a = state.files.open(first, FileKind::kPair, close_on_exec);
  OpenFile* b = state.files.open(second, FileKind::kPair, close_on_exec);
  if (a != nullptr && b != nullptr && first != second) TrackerState::join(*a, *b);
}

void on_shutdown(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.find(call.int_arg(0));
  if (file == nullptr || call.failed() || call.int_arg(1) == SHUT_RD) return;
  if (file->outbox) file->outbox->close(state.now);
}

}  // namespace

void put_socket_handlers(CallHandlers& handlers) {
  handlers[SYS_socket] = on_socket;
  handlers[SYS_connect] = on_connect;
  handlers[SYS_accept] = on_accept;
  handlers[SYS_accept4] = on_accept;
  handlers[SYS_listen] = on_listen;
  handlers[SYS_getpeername] = on_getpeername;
  handlers[SYS_getsockname] = on_getsockname;
  handlers[SYS_socketpair] = on_socketpair;
  handlers[SYS_setsockopt] = on_setsockopt;
  handlers[SYS_shutdown] = on_shutdown;
}

}  // namespace weft::connections
