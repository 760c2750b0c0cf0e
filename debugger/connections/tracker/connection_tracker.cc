#include "debugger/connections/tracker/connection_tracker.h"

#include <sys/syscall.h>

#include "debugger/connections/calls/tracker_state.h"
#include "weft/trace/event.h"

namespace weft::connections {

using trace::EventKind;

namespace {

CallHandlers make_handlers() {
  CallHandlers handlers{};
  put_socket_handlers(handlers);
  put_descriptor_handlers(handlers);
  put_transfer_handlers(handlers);
  put_readiness_handlers(handlers);
  put_wait_handlers(handlers);
  return handlers;
}

const CallHandlers kHandlers = make_handlers();

/// Calls of a child in the program's memory that say something of the program: its descriptors are
/// its own.
bool is_about_memory(uint16_t call) {
  return call == SYS_futex || call == SYS_clone || call == SYS_set_tid_address;
}

void add_call(TrackerState& state, const trace::EventView& event) {
  const trace::EventHeader& header = event.header();
  if (state.in_children.contains(state.now.thread) && !is_about_memory(header.call)) return;
  if (header.call < kCallNumbers && kHandlers[header.call] != nullptr)
    kHandlers[header.call](state, {event, state.now, header.result});
  state.moved.forget_data();
}

void add_child(TrackerState& state, int64_t thread) {
  state.last_thread = trace::ThreadNumber(thread);
  state.in_children.insert(state.last_thread);
}

void add_thread_exit(TrackerState& state) {
  const trace::ThreadNumber thread = state.now.thread;
  state.in_children.erase(thread);
  const auto word = state.exit_words.find(thread);
  if (word == state.exit_words.end()) return;
  state.futexes.wake(word->second, UINT32_MAX, state.now);
  state.exit_words.erase(word);
}

}  // namespace

ConnectionTracker::ConnectionTracker(const Options& options)
    : state_(std::make_unique<TrackerState>(options.max_exchanges)) {}
ConnectionTracker::ConnectionTracker() : ConnectionTracker(Options{}) {}
ConnectionTracker::~ConnectionTracker() = default;

void ConnectionTracker::add(trace::EventIndex index, const trace::EventView& event) {
  const trace::EventHeader& header = event.header();
  state_->steps.clear();
  state_->wakes.clear();
  state_->now = {index, trace::Ticks(header.time), trace::ThreadNumber(header.thread)};
  switch (event.kind()) {
    case EventKind::kSyscall:
      return add_call(*state_, event);
    case EventKind::kData: {
      const auto bytes = event.data().bytes;
      return state_->moved.add_data({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    case EventKind::kExec:
      if (state_->now) state_->files.exec();
      return;
    case EventKind::kSignal:
      return add_signal(*state_, event);
    case EventKind::kChild:
      return add_child(*state_, header.result);
    case EventKind::kThreadExit:
      return add_thread_exit(*state_);
    default:
      return;
  }
}

void ConnectionTracker::finish() {
  state_->steps.clear();
  state_->wakes.clear();
  state_->files.for_each_file([](OpenFile& file) {
    if (file.stream) file.stream->finish();
  });
}

const ExchangeLog& ConnectionTracker::exchanges() const {
  return state_->log;
}
const ConnectionList& ConnectionTracker::connections() const {
  return state_->connections;
}
std::span<const ExchangeStep> ConnectionTracker::steps() const {
  return state_->steps;
}
std::span<const Wake> ConnectionTracker::wakes() const {
  return state_->wakes;
}

bool ConnectionTracker::is_in_child(trace::ThreadNumber thread) const {
  return state_->in_children.contains(thread);
}

std::optional<uint32_t> ConnectionTracker::connection_of(int fd) const {
  const OpenFile* file = state_->files.find(fd);
  if (file == nullptr || file->connection == Connection::kNone) return std::nullopt;
  return file->connection;
}

const char* ConnectionTracker::kind_of(int fd) const {
  const OpenFile* file = state_->files.find(fd);
  return kFileKindNames[file == nullptr ? 0 : static_cast<size_t>(file->kind)];
}

std::optional<ConnectionTracker::NamedFile> ConnectionTracker::file_of(int fd) const {
  const OpenFile* file = state_->files.find(fd);
  if (file == nullptr || file->kind != FileKind::kFile || file->path.empty()) return std::nullopt;
  return NamedFile{file->number, file->path, file->appends};
}

}  // namespace weft::connections
