#include "debugger/messages/message_stream.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>

namespace weft::messages {
namespace {

constexpr std::chrono::seconds kGrace{10};
constexpr size_t kReadBytes = 64 << 10;
constexpr std::array kEndSignals = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> g_end_fd = -1;

void ask_for_end(int /*signal*/) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_end_fd, &one, sizeof one);
}

}  // namespace

MessageStream::MessageStream(int in, int out, Framing framing, Glance glance, Endings endings)
    : in_(in),
      out_(out),
      framing_(framing),
      glance_(std::move(glance)),
      endings_(std::move(endings)),
      end_(::eventfd(0, EFD_CLOEXEC)) {
  g_end_fd = end_.get();
  struct sigaction action{};
  action.sa_handler = ask_for_end;
  action.sa_flags = SA_RESTART;
  for (const int signal : kEndSignals) ::sigaction(signal, &action, nullptr);
  thread_ = std::thread([this] { read_all(); });
}

MessageStream::~MessageStream() {
  {
    const std::lock_guard lock(reading_);
    leaving_ = true;
    came_.notify_all();
  }
  ask_for_end(0);
  thread_.join();
  for (const int signal : kEndSignals) ::signal(signal, SIG_IGN);
  g_end_fd = -1;
}

/// Until there is input, or nobody reads what is sent, or somebody asks for the end.
MessageStream::Wake MessageStream::wait(bool for_input) const {
  std::array<pollfd, 3> waits = {pollfd{end_.get(), POLLIN, 0}, pollfd{out_, 0, 0},
                                 pollfd{for_input ? in_ : -1, POLLIN, 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR) return Wake::kBroken;
  }
  if (waits[0].revents != 0) return Wake::kEnd;
  return waits[1].revents != 0 ? Wake::kBroken : Wake::kInput;
}

/// False: the other side sends no more.
bool MessageStream::read_some(Splitter& splitter, std::string& bytes) {
  const ssize_t count = ::read(in_, bytes.data(), bytes.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) {
    if (const std::string error = splitter.left_over(); !error.empty()) push({"", error});
    return false;
  }
  splitter.add({bytes.data(), static_cast<size_t>(count)});
  while (auto message = splitter.next()) {
    if (message->error.empty()) glance_(message->text);
    push(std::move(*message));
  }
  return !splitter.lost();
}

void MessageStream::read_all() {
  Splitter splitter(framing_);
  std::string bytes(kReadBytes, '\0');
  for (bool more = true; wait(more) == Wake::kInput;) {
    more = more && read_some(splitter, bytes);
    if (!more) close();
  }
  break_off();
}

void MessageStream::push(Incoming message) {
  const std::lock_guard lock(reading_);
  queue_.push_back(std::move(message));
  came_.notify_all();
}

void MessageStream::close() {
  const std::lock_guard lock(reading_);
  at_end_ = true;
  came_.notify_all();
}

void MessageStream::break_off() {
  if (leaving_) return;
  {
    const std::lock_guard lock(reading_);
    queue_.clear();
    at_end_ = true;
    came_.notify_all();
  }
  endings_.broken();
  std::unique_lock lock(reading_);
  if (!came_.wait_for(lock, kGrace, [this] { return leaving_.load(); })) endings_.abandoned();
}

std::optional<Incoming> MessageStream::next() {
  std::unique_lock lock(reading_);
  came_.wait(lock, [this] { return at_end_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  Incoming message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

/// Until there is room: whoever started this process may have made the descriptor non-blocking. False:
/// somebody asks for the end.
bool MessageStream::can_write() const {
  std::array<pollfd, 2> waits = {pollfd{end_.get(), POLLIN, 0}, pollfd{out_, POLLOUT, 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return waits[0].revents == 0;
}

void MessageStream::send(const std::string& text) {
  const std::lock_guard lock(writing_);
  const std::string bytes = framed(framing_, text);
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::write(out_, bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && (errno == EINTR || (errno == EAGAIN && can_write()))) continue;
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

}  // namespace weft::messages
