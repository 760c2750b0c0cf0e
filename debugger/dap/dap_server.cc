#include "debugger/dap/dap_server.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "debugger/dap/adapter.h"
#include "debugger/dap/socket_owner.h"
#include "debugger/messages/loopback.h"
#include "debugger/messages/message_stream.h"
#include "weft/base/human_text.h"
#include "weft/base/unique_fd.h"

namespace weft::dap {

int serve_dap(const shell::DebugOptions& options, int in, int out) {
  messages::MessageStream* to = nullptr;
  Adapter adapter(options, [&to](const std::string& text) { to->send(text); });
  messages::MessageStream stream(
      in, out, messages::Framing::kHeaders,
      [&adapter](const std::string& text) { adapter.glance(text); },
      {[&adapter] { adapter.opened.hold(); }, [&adapter] { adapter.opened.abandon(); }});
  to = &stream;
  while (!adapter.ended()) {
    const auto message = stream.next();
    if (!message) break;
    if (message->error.empty()) {
      adapter.handle(message->text);
    } else {
      adapter.client.fail({}, usage(message->error));
    }
  }
  return 0;
}

int serve_dap_on_port(const shell::DebugOptions& options, uint16_t port) {
  auto listener = messages::listen_on_loopback(port);
  if (!listener) return report_error(listener.error());
  std::printf("weft: waiting for a debug adapter client on 127.0.0.1:%u\n",
              unsigned{listener->port});
  std::fflush(stdout);
  while (true) {
    const UniqueFd client(::accept4(listener->socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!client)
      return report_error(usage(std::string("cannot accept a client: ") + std::strerror(errno)));
    if (!is_own_peer(client.get())) {
      std::fprintf(stderr, "weft: refused a client of another user\n");
      continue;
    }
    listener->socket.reset();
    return serve_dap(options, client.get(), client.get());
  }
}

}  // namespace weft::dap
