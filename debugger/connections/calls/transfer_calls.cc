/// Calls that move bytes: read, write, send and receive in all their forms, sendfile, splice.
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>

#include "debugger/connections/calls/signal_causes.h"
#include "debugger/connections/calls/tracker_state.h"

namespace weft::connections {

namespace {

using Where = MovedBytes::Where;

/// Flags with which a receiving call takes nothing out of the stream.
constexpr uint64_t kLooksOnly = MSG_PEEK | MSG_OOB | MSG_ERRQUEUE;

/// A socket that is used without having been made: inherited, or received over another one.
void note_socket(TrackerState& state, OpenFile* file, int fd, bool has_address) {
  if (file == nullptr || (file->kind != FileKind::kUnknown && file->kind != FileKind::kSocket))
    return;
  if (has_address) {
    file->kind = FileKind::kDatagram;
  } else {
    state.connect(*file, fd, ConnectionKind::kInherited, {});
  }
}

/// Why a read that returned bytes could do so.
void note_read(TrackerState& state, const CallEvent& call, OpenFile& file, int fd) {
  const auto count = static_cast<uint64_t>(call.result);
  if (file.kind == FileKind::kSignalFd) {
    const auto [kind, cause] = signalfd_cause(state, call.effect(1));
    state.wake(call, kind, cause, fd);
  } else if (file.kind == FileKind::kTimerFd) {
    state.wake(call, CauseKind::kTimer, file.set, fd);
  } else if (file.inbox) {
    const bool all = file.kind == FileKind::kEventFd;
    const Mark writer = all ? file.inbox->read_all() : file.inbox->read(count);
    state.wake(call, writer ? CauseKind::kWrite : CauseKind::kOutside, writer, fd);
  } else if (file.kind == FileKind::kConnection || file.kind == FileKind::kPipe) {
    state.wake(call, CauseKind::kOutside, {}, fd);
  }
}

/// The other end has closed it, or is gone.
void note_end(TrackerState& state, const OpenFile& file) {
  if (file.connection == Connection::kNone) return;
  Connection& connection = state.connections[file.connection];
  if (!connection.ended) connection.ended = state.now;
}

/// A transfer that failed because of that.
void note_failure(TrackerState& state, const CallEvent& call) {
  if (call.result != -ECONNRESET && call.result != -EPIPE) return;
  if (const OpenFile* file = state.files.find(call.int_arg(0))) note_end(state, *file);
}

void note_end_of_file(TrackerState& state, const CallEvent& call, OpenFile& file, int fd) {
  note_end(state, file);
  if (file.kind == FileKind::kFile || file.kind == FileKind::kUnknown) return;
  const bool own = file.inbox && file.inbox->closed();
  state.wake(call, own ? CauseKind::kClose : CauseKind::kOutside,
             own ? file.inbox->closed() : Mark{}, fd);
}

void receive(TrackerState& state, const CallEvent& call, OpenFile* file, int fd,
             const CallBytes& bytes) {
  if (file == nullptr) return;
  if (call.result == 0) return note_end_of_file(state, call, *file, fd);
  note_read(state, call, *file, fd);
  if (file->stream) file->stream->received(bytes, state.now, file->ready);
  file->ready = {};
}

void send(TrackerState& state, OpenFile* file, const CallBytes& bytes) {
  if (file == nullptr) return;
  if (file->outbox) file->outbox->write(bytes.total(), state.now);
  if (file->stream) file->stream->sent(bytes, state.now);
}

bool is_interesting(const OpenFile* file) {
  return file != nullptr && file->kind != FileKind::kFile && file->kind != FileKind::kUnknown;
}

void on_read(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return note_failure(state, call);
  OpenFile* file = state.files.find(call.int_arg(0));
  if (is_interesting(file))
    receive(state, call, file, call.int_arg(0), state.moved.received(call, Where::kFirst));
}

void on_write(TrackerState& state, const CallEvent& call) {
  if (call.result <= 0) return note_failure(state, call);
  OpenFile* file = state.files.find(call.int_arg(0));
  const uint64_t asked = call.event.header().call == SYS_write ? call.arg(2) : 0;
  if (is_interesting(file)) send(state, file, state.moved.sent(call, asked));
}

void on_receive(TrackerState& state, const CallEvent& call) {
  const bool message = call.event.header().call == SYS_recvmsg;
  const uint64_t flags = call.arg(message ? 2 : 3);
  if (call.failed()) return note_failure(state, call);
  if ((flags & kLooksOnly) != 0) return;
  OpenFile* file = state.files.use(call.int_arg(0));
  note_socket(state, file, call.int_arg(0), !message && call.arg(4) != 0);
  const auto count = static_cast<uint64_t>(call.result);
  const CallBytes bytes = (flags & MSG_TRUNC) != 0
                              ? state.moved.unseen(count)
                              : state.moved.received(call, message ? Where::kLast : Where::kFirst);
  receive(state, call, file, call.int_arg(0), bytes);
}

void on_send(TrackerState& state, const CallEvent& call) {
  if (call.result <= 0) return note_failure(state, call);
  const bool message = call.event.header().call == SYS_sendmsg;
  OpenFile* file = state.files.use(call.int_arg(0));
  note_socket(state, file, call.int_arg(0), !message && call.arg(4) != 0);
  send(state, file, state.moved.sent(call, message ? 0 : call.arg(2)));
}

/// Datagrams, as good as always: no bytes are looked at, but somebody may wait for them.
void on_receive_many(TrackerState& state, const CallEvent& call) {
  if (call.result <= 0) return;
  OpenFile* file = state.files.use(call.int_arg(0));
  if (file == nullptr) return;
  if (file->kind == FileKind::kUnknown) file->kind = FileKind::kDatagram;
  receive(state, call, file, call.int_arg(0), {});
}

void on_send_many(TrackerState& state, const CallEvent& call) {
  OpenFile* file = state.files.use(call.int_arg(0));
  if (call.result > 0 && file != nullptr && file->outbox)
    file->outbox->write(static_cast<uint64_t>(call.result), state.now);
}

void move(TrackerState& state, const CallEvent& call, int from, int to) {
  if (call.result <= 0) return;
  const auto count = static_cast<uint64_t>(call.result);
  OpenFile* source = state.files.find(from);
  if (is_interesting(source)) receive(state, call, source, from, state.moved.unseen(count));
  OpenFile* target = state.files.find(to);
  if (is_interesting(target)) send(state, target, state.moved.unseen(count));
}

void on_sendfile(TrackerState& state, const CallEvent& call) {
  move(state, call, call.int_arg(1), call.int_arg(0));
}

void on_splice(TrackerState& state, const CallEvent& call) {
  move(state, call, call.int_arg(0), call.int_arg(2));
}

}  // namespace

void put_transfer_handlers(CallHandlers& handlers) {
  handlers[SYS_read] = on_read;
  handlers[SYS_readv] = on_read;
  handlers[SYS_write] = on_write;
  handlers[SYS_writev] = on_write;
  handlers[SYS_recvfrom] = on_receive;
  handlers[SYS_recvmsg] = on_receive;
  handlers[SYS_recvmmsg] = on_receive_many;
  handlers[SYS_sendto] = on_send;
  handlers[SYS_sendmsg] = on_send;
  handlers[SYS_sendmmsg] = on_send_many;
  handlers[SYS_sendfile] = on_sendfile;
  handlers[SYS_splice] = on_splice;
}

}  // namespace weft::connections
