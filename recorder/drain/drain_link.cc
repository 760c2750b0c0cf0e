#include "recorder/drain/drain_link.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace weft::drain {
namespace {

template <size_t kSize>
void copy_text(char (&out)[kSize], const std::string& text) {
  const size_t bytes = text.copy(out, kSize - 1);
  out[bytes] = '\0';
}

}  // namespace

Result<std::pair<DrainLink, DrainLink>> DrainLink::create() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return Error{ErrorClass::kUsage, std::string("no socket pair: ") + std::strerror(errno),
                 "see the limit of open files with ulimit -n"};
  }
  return std::pair{DrainLink(UniqueFd(ends[0])), DrainLink(UniqueFd(ends[1]))};
}

void DrainLink::send(const Message& message) const {
  // Counters come again, so they are sent only when the last ones have been read: a launcher that
  // is stopped (Ctrl-Z) must find room for the one message that says how the recording ended.
  int unread = 0;
  if (message.kind == MessageKind::kProgress && ::ioctl(fd_.get(), SIOCOUTQ, &unread) == 0 &&
      unread != 0) {
    return;
  }
  (void)!::send(fd_.get(), &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void DrainLink::send_trouble(const Error& error) const {
  Message message;
  message.kind = MessageKind::kTrouble;
  message.error_class = static_cast<int32_t>(error.error_class);
  copy_text(message.message, error.message);
  copy_text(message.hint, error.hint);
  send(message);
}

std::optional<Message> DrainLink::receive_with(int flags) {
  if (closed_) return std::nullopt;
  Message message;
  ssize_t bytes;
  do {
    bytes = ::recv(fd_.get(), &message, sizeof message, flags);
  } while (bytes < 0 && errno == EINTR);
  if (bytes == sizeof message) return message;
  closed_ = bytes >= 0 || errno != EAGAIN;
  return std::nullopt;
}

std::optional<Message> DrainLink::receive() {
  return receive_with(MSG_DONTWAIT);
}

std::optional<Message> DrainLink::wait() {
  return receive_with(0);
}

Error trouble_of(const Message& message) {
  return {static_cast<ErrorClass>(message.error_class),
          std::string(message.message, ::strnlen(message.message, sizeof message.message)),
          std::string(message.hint, ::strnlen(message.hint, sizeof message.hint))};
}

}  // namespace weft::drain
