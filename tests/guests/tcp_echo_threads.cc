// A TCP server with a thread a connection, and four clients with 50 messages each.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <thread>
#include <vector>

#include "guest.h"

static void echo(int fd) {
  char block[512];
  ssize_t size;
  while ((size = read(fd, block, sizeof block)) > 0) {
    expect(write(fd, block, static_cast<size_t>(size)) == size);
  }
  close(fd);
}

int main() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t size = sizeof address;
  expect(bind(server, (sockaddr*)&address, size) == 0 && listen(server, 16) == 0);
  expect(getsockname(server, (sockaddr*)&address, &size) == 0);
  std::vector<std::thread> threads;
  for (int client = 0; client < 4; ++client) {
    threads.emplace_back([=] {
      const int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
      expect(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
      expect(connect(fd, (const sockaddr*)&address, sizeof address) == 0);
      for (int i = 0; i < 50; ++i) {
        char out[32] = {}, in[32] = {};
        snprintf(out, sizeof out, "%llu", static_cast<unsigned long long>(now_ns()));
        expect(send(fd, out, sizeof out, MSG_NOSIGNAL) == sizeof out);
        expect(recv(fd, in, sizeof in, MSG_WAITALL) == sizeof in);
        expect(memcmp(in, out, sizeof in) == 0);
      }
      close(fd);
    });
    const int fd = accept(server, nullptr, nullptr);
    expect(fd >= 0);
    threads.emplace_back(echo, fd);
  }
  for (auto& thread : threads) thread.join();
  return done();
}
