#include "debugger/connections/calls/tracker_state.h"

namespace weft::connections {

void TrackerState::connect(OpenFile& file, int fd, ConnectionKind kind, std::string_view peer) {
  constexpr size_t kMaxConnections = 4'000'000;
  file.kind = FileKind::kConnection;
  if (connections.size() >= kMaxConnections) return;
  Connection& connection = connections.push_back({});
  connection.number = static_cast<uint32_t>(connections.size() - 1);
  connection.fd = fd;
  connection.kind = kind;
  connection.opened = now;
  connection.no_delay = file.no_delay;
  connection.peer = peers.text(peers.intern(peer));
  file.connection = connection.number;
  file.stream = std::make_unique<ConnectionStream>(log, steps, connection);
}

void TrackerState::join(OpenFile& a, OpenFile& b) {
  a.inbox = b.outbox = std::make_shared<UnreadWrites>();
  a.outbox = b.inbox = std::make_shared<UnreadWrites>();
}

void TrackerState::join_connections(OpenFile& a, OpenFile& b) {
  join(a, b);
  if (a.connection == Connection::kNone || b.connection == Connection::kNone) return;
  connections[a.connection].other_end = b.connection;
  connections[b.connection].other_end = a.connection;
}

void TrackerState::release(OpenFile& file) {
  if (file.outbox) file.outbox->close(now);
  if (file.stream) file.stream->close(now);
  if (file.connection != Connection::kNone) connections[file.connection].closed = now;
}

Wake& TrackerState::wake(const CallEvent& call, CauseKind kind, const Mark& cause, int fd) {
  Wake wake;
  wake.woken = call.mark;
  wake.cause = cause;
  wake.kind = kind;
  wake.fd = fd;
  if (fd >= 0) {
    if (const OpenFile* file = files.find(fd)) wake.connection = file->connection;
  }
  wakes.push_back(wake);
  return wakes.back();
}

std::pair<CauseKind, Mark> TrackerState::readable_cause(const OpenFile& file) const {
  if (file.kind == FileKind::kTimerFd) return {CauseKind::kTimer, file.set};
  if (file.kind == FileKind::kSignalFd) return {CauseKind::kSignal, {}};
  if (!file.inbox) return {CauseKind::kOutside, {}};
  if (const Mark writer = file.inbox->oldest()) return {CauseKind::kWrite, writer};
  if (file.inbox->closed()) return {CauseKind::kClose, file.inbox->closed()};
  return {CauseKind::kOutside, {}};
}

}  // namespace weft::connections
