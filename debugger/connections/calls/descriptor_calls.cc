/// Calls that make, copy and close descriptors.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cerrno>

#include "debugger/connections/calls/tracker_state.h"

namespace weft::connections {

namespace {

/// Calls that return a new descriptor, and where they take O_CLOEXEC (all the *_CLOEXEC flags that
/// are called here have its value).
struct Opening {
  uint16_t call;
  FileKind kind;
  int8_t flags_arg;      ///< -1: none
  int8_t path_arg = -1;  ///< -1: none
};
constexpr Opening kOpenings[] = {
    {SYS_open, FileKind::kFile, 1, 0},         {SYS_openat, FileKind::kFile, 2, 1},
    {SYS_creat, FileKind::kFile, -1, 0},       {SYS_openat2, FileKind::kFile, -1, 1},
    {SYS_memfd_create, FileKind::kFile, -1},   {SYS_inotify_init, FileKind::kFile, -1},
    {SYS_inotify_init1, FileKind::kFile, 0},   {SYS_pidfd_open, FileKind::kFile, -1},
    {SYS_pidfd_getfd, FileKind::kUnknown, -1}, {SYS_eventfd, FileKind::kEventFd, -1},
    {SYS_eventfd2, FileKind::kEventFd, 1},     {SYS_timerfd_create, FileKind::kTimerFd, 1},
    {SYS_epoll_create, FileKind::kEpoll, -1},  {SYS_epoll_create1, FileKind::kEpoll, 0},
};

void name_file(OpenFile& file, const CallEvent& call, const Opening& opening) {
  const auto path = call.effect(static_cast<uint8_t>(opening.path_arg), trace::EffectKind::kSent);
  file.path = path.substr(0, path.find('\0'));
  file.appends = opening.flags_arg >= 0 &&
                 (call.arg(static_cast<unsigned>(opening.flags_arg)) & O_APPEND) != 0;
}

void on_open(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  for (const Opening& opening : kOpenings) {
    if (opening.call != call.event.header().call) continue;
    const bool close_on_exec =
        opening.flags_arg >= 0 &&
        (call.arg(static_cast<unsigned>(opening.flags_arg)) & O_CLOEXEC) != 0;
    OpenFile* file = state.files.open(call.result, opening.kind, close_on_exec);
    if (file != nullptr && opening.path_arg >= 0) name_file(*file, call, opening);
    if (file != nullptr && opening.kind == FileKind::kEventFd)
      file->inbox = file->outbox = std::make_shared<UnreadWrites>();
  }
}

void on_signalfd(TrackerState& state, const CallEvent& call) {
  if (call.failed() || call.int_arg(0) != -1) return;
  const bool close_on_exec =
      call.event.header().call == SYS_signalfd4 && (call.arg(3) & O_CLOEXEC) != 0;
  state.files.open(call.result, FileKind::kSignalFd, close_on_exec);
}

void on_pipe(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const std::string_view pair = call.effect(0);
  const bool close_on_exec =
      call.event.header().call == SYS_pipe2 && (call.arg(1) & O_CLOEXEC) != 0;
  const auto reader = read_as<int32_t>(pair), writer = read_as<int32_t>(pair, 4);
  OpenFile* read_end = state.files.open(reader, FileKind::kPipe, close_on_exec);
  OpenFile* write_end = state.files.open(writer, FileKind::kPipe, close_on_exec);
  if (read_end == nullptr || write_end == nullptr || reader == writer) return;
  read_end->inbox = write_end->outbox = std::make_shared<UnreadWrites>();
}

void on_dup(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const bool close_on_exec = call.event.header().call == SYS_dup3 && (call.arg(2) & O_CLOEXEC) != 0;
  state.files.duplicate(call.int_arg(0), call.result, close_on_exec);
}

void on_fcntl(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  switch (call.int_arg(1)) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return state.files.duplicate(call.int_arg(0), call.result,
                                   call.int_arg(1) == F_DUPFD_CLOEXEC);
    case F_SETFD:
      return state.files.set_close_on_exec(call.int_arg(0), (call.arg(2) & FD_CLOEXEC) != 0);
    default:
      return;
  }
}

void on_ioctl(TrackerState& state, const CallEvent& call) {
  const auto request = static_cast<uint32_t>(call.arg(1));
  if (!call.failed() && (request == FIOCLEX || request == FIONCLEX))
    state.files.set_close_on_exec(call.int_arg(0), request == FIOCLEX);
}

/// The kernel closes it also when it returns an error of the file system.
void on_close(TrackerState& state, const CallEvent& call) {
  if (call.result != -EBADF) state.files.close(call.int_arg(0));
}

void on_close_range(TrackerState& state, const CallEvent& call) {
  if (call.failed()) return;
  const auto first = static_cast<uint32_t>(call.arg(0)), last = static_cast<uint32_t>(call.arg(1));
  if ((call.arg(2) & CLOSE_RANGE_CLOEXEC) != 0) return state.files.close_range_on_exec(first, last);
  state.files.close_range(first, last);
}

}  // namespace

void put_descriptor_handlers(CallHandlers& handlers) {
  for (const Opening& opening : kOpenings) handlers[opening.call] = on_open;
  handlers[SYS_signalfd] = on_signalfd;
  handlers[SYS_signalfd4] = on_signalfd;
  handlers[SYS_pipe] = on_pipe;
  handlers[SYS_pipe2] = on_pipe;
  handlers[SYS_dup] = on_dup;
  handlers[SYS_dup2] = on_dup;
  handlers[SYS_dup3] = on_dup;
  handlers[SYS_fcntl] = on_fcntl;
  handlers[SYS_ioctl] = on_ioctl;
  handlers[SYS_close] = on_close;
  handlers[SYS_close_range] = on_close_range;
}

}  // namespace weft::connections
