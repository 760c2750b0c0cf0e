// A small database in memory that speaks the PostgreSQL wire protocol, as far as the storefront
// needs it: start-up without a password, simple queries, errors.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
//
//   storefront_db UPDATE_MS      prints its port; ends with its parent, or on SIGTERM
//
// One thread for each connection, with blocking calls: what is interesting happens in the client.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "tables.h"

namespace {

constexpr uint32_t kMostMessageBytes = 64 * 1024;
constexpr uint32_t kSslRequest = 80877103;
constexpr uint32_t kGssRequest = 80877104;

std::string number16(size_t value) {
  const uint16_t big = htons(static_cast<uint16_t>(value));
  return {reinterpret_cast<const char*>(&big), sizeof big};
}

std::string number32(size_t value) {
  const uint32_t big = htonl(static_cast<uint32_t>(value));
  return {reinterpret_cast<const char*>(&big), sizeof big};
}

/// Type, length (itself included), body.
std::string message(char type, const std::string& body) {
  return type + number32(body.size() + 4) + body;
}

std::string text(const std::string& words) {
  return words + '\0';
}

const std::string kReady = message('Z', "I");

std::string row_description(const Row& columns) {
  constexpr size_t kTextType = 25;
  std::string body = number16(columns.size());
  for (const auto& column : columns) {
    body += text(column) + number32(0) + number16(0) + number32(kTextType) + number16(0xffff) +
            number32(0xffffffff) + number16(0);
  }
  return message('T', body);
}

std::string data_row(const Row& row) {
  std::string body = number16(row.size());
  for (const auto& value : row) body += number32(value.size()) + value;
  return message('D', body);
}

std::string bytes_of(const Answer& answer) {
  if (!answer.error.empty()) {
    return message('E',
                   "S" + text("ERROR") + "C" + text("42000") + "M" + text(answer.error) + '\0') +
           kReady;
  }
  std::string bytes;
  if (!answer.columns.empty()) bytes += row_description(answer.columns);
  for (const Row& row : answer.rows) bytes += data_row(row);
  return bytes + message('C', text(answer.tag)) + kReady;
}

class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() { close(fd_); }

  bool receive(void* to, size_t bytes) {
    return bytes == 0 || recv(fd_, to, bytes, MSG_WAITALL) == static_cast<ssize_t>(bytes);
  }
  bool send(const std::string& bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  /// Length and body.
  bool receive_body(std::string& body) {
    uint32_t length = 0;
    if (!receive(&length, sizeof length)) return false;
    length = ntohl(length);
    if (length < 4 || length > kMostMessageBytes) return false;
    body.resize(length - 4);
    return receive(body.data(), body.size());
  }
  /// No encryption; any user, any database.
  bool start_up() {
    std::string body;
    for (;;) {
      uint32_t code = 0;
      if (!receive_body(body) || body.size() < sizeof code) return false;
      std::memcpy(&code, body.data(), sizeof code);
      if (ntohl(code) != kSslRequest && ntohl(code) != kGssRequest) break;
      if (!send("N")) return false;
    }
    return send(message('R', number32(0)) + message('S', text("server_version") + text("15.0")) +
                message('S', text("client_encoding") + text("UTF8")) +
                message('K', number32(1) + number32(1)) + kReady);
  }

 private:
  int fd_;
};

void serve(int fd, Tables& tables) {
  Peer peer(fd);
  if (!peer.start_up()) return;
  char type = 0;
  for (std::string body; peer.receive(&type, 1) && peer.receive_body(body);) {
    if (type != 'Q') return;  // 'X': the client says good-bye
    if (!body.empty()) body.pop_back();
    if (!peer.send(bytes_of(tables.run(body)))) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), bytes) != 0 ||
      listen(listener, 64) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &bytes) != 0) {
    std::perror("storefront_db");
    return 1;
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  static Tables tables(std::chrono::milliseconds(argc > 1 ? std::atoi(argv[1]) : 40));
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread(serve, fd, std::ref(tables)).detach();
  }
}
