#include "debugger/dap/dap_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "debugger/dap/adapter.h"
#include "debugger/dap/socket_owner.h"
#include "debugger/messages/message_stream.h"
#include "weft/base/human_text.h"
#include "weft/base/unique_fd.h"

namespace weft::dap {
namespace {

Error cannot_listen(uint16_t port) {
  return usage(fmt::format("cannot listen on 127.0.0.1:{}: {}", port, std::strerror(errno)),
               "give --port another number, or 0 for any that is free");
}

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

Result<UniqueFd> listen_on(uint16_t port) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = loopback(port);
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.get(), plain, sizeof address) != 0 || ::listen(listener.get(), 1) != 0)
    return cannot_listen(port);
  socklen_t size = sizeof address;
  ::getsockname(listener.get(), plain, &size);
  std::printf("weft: waiting for a debug adapter client on 127.0.0.1:%u\n",
              unsigned{ntohs(address.sin_port)});
  std::fflush(stdout);
  return listener;
}

}  // namespace

int serve_dap(const shell::DebugOptions& options, int in, int out) {
  messages::MessageStream* to = nullptr;
  Adapter adapter(options, [&to](const std::string& text) { to->send(text); });
  messages::MessageStream stream(
      in, out, messages::Framing::kHeaders,
      [&adapter](const std::string& text) { adapter.glance(text); },
      {[&adapter] { adapter.interrupt(); }, [&adapter] { adapter.abandon(); }});
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
  auto listener = listen_on(port);
  if (!listener) return report_error(listener.error());
  while (true) {
    const UniqueFd client(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!client) return report_error(cannot_listen(port));
    if (!is_own_peer(client.get())) {
      std::fprintf(stderr, "weft: refused a client of another user\n");
      continue;
    }
    listener->reset();
    return serve_dap(options, client.get(), client.get());
  }
}

}  // namespace weft::dap
