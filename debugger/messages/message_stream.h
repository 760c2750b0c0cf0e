/// Both directions of a conversation with another program: `weft mcp`, `weft dap`.
///
/// Messages are read by a thread of their own, so that one that asks for an end of what runs
/// ("pause", "cancelled") is seen at once: `glance` looks at each as it comes, on that thread. The
/// others wait in a queue.
///
///   descriptor ──> reading thread ── glance(message) ── queue ──> next()
///
/// Whoever closes only what it writes still gets its answers (`weft mcp FILE < requests`). The
/// conversation breaks off where nobody reads them any more, and at SIGINT, SIGTERM and SIGHUP:
/// what waits is dropped, and `broken` is told, so that nothing is left behind. If the stream is still there
/// 10 s later, what runs cannot be interrupted: `abandoned` is told.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "debugger/messages/framing.h"
#include "weft/base/unique_fd.h"

namespace weft::messages {

class MessageStream {
 public:
  /// Sees each message before it is queued.
  using Glance = std::function<void(const std::string& text)>;
  /// Called on the reading thread.
  struct Endings {
    std::function<void()> broken;     ///< what runs is to end
    std::function<void()> abandoned;  ///< it does not end: the process must
  };

  /// Descriptors stay the caller's. There is one stream at a time.
  MessageStream(int in, int out, Framing framing, Glance glance, Endings endings);
  ~MessageStream();
  MessageStream(const MessageStream&) = delete;
  MessageStream& operator=(const MessageStream&) = delete;

  /// Waits for the next one; nothing: there will be no more.
  std::optional<Incoming> next();
  /// From any thread. A message to somebody who is gone is dropped.
  void send(const std::string& text);

 private:
  enum class Wake : uint8_t { kInput, kBroken, kEnd };

  void read_all();
  bool read_some(Splitter& splitter, std::string& bytes);
  Wake wait(bool for_input) const;
  bool can_write() const;
  void push(Incoming message);
  void close();
  void break_off();

  int in_, out_;
  Framing framing_;
  Glance glance_;
  Endings endings_;
  UniqueFd end_;  ///< an eventfd: readable once the conversation is to break off
  std::mutex reading_, writing_;
  std::condition_variable came_;
  std::deque<Incoming> queue_;
  bool at_end_ = false;                ///< nothing comes after what is in the queue
  std::atomic<bool> leaving_ = false;  ///< this object goes
  std::thread thread_;
};

}  // namespace weft::messages
