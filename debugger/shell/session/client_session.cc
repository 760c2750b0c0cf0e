#include "debugger/shell/session/client_session.h"

#include <unistd.h>

#include <utility>

namespace weft::shell {

Status ClientSession::open(const DebugOptions& options) {
  auto session = DebugSession::open(options);
  if (!session) return session.error();
  OpenRecording opened{std::move(*session), nullptr};
  opened.shell = std::make_unique<Shell>(*opened.session, commands_);
  OpenRecording closed;  // ends after the lock: that takes its time
  const std::lock_guard lock(lock_);
  for (int i = 0; i < holds_; ++i) opened.session->hold();
  closed.shell = std::exchange(recording_.shell, std::move(opened.shell));
  closed.session = std::exchange(recording_.session, std::move(opened.session));
  return {};
}

void ClientSession::begin() {
  const std::lock_guard lock(lock_);
  if (holds_ == 0 && recording_.session != nullptr) recording_.session->clear_interrupt();
}

void ClientSession::hold() {
  const std::lock_guard lock(lock_);
  ++holds_;
  if (recording_.session != nullptr) recording_.session->hold();
}

void ClientSession::release() {
  const std::lock_guard lock(lock_);
  --holds_;
  if (recording_.session != nullptr) recording_.session->release();
}

void ClientSession::abandon() {
  const std::lock_guard lock(lock_);
  if (recording_.session != nullptr) recording_.session->remove_copies();
  ::_exit(1);
}

}  // namespace weft::shell
