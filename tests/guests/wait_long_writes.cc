// Writes of more than fits: to a pipe, a socket pair and a TCP connection, by write, writev and
// sendmsg. All of it arrives, in order.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "company.h"

static constexpr size_t kBytes = 300'000;
static unsigned char sent[kBytes], received[kBytes];

static void pass(int from, int to, int how) {
  std::thread reader([from] {
    for (size_t got = 0; got < kBytes;) {
      const ssize_t part = read(from, received + got, kBytes - got);
      expect(part > 0);
      got += static_cast<size_t>(part);
    }
  });
  iovec parts[] = {{sent, 1000}, {sent + 1000, kBytes - 1000}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const ssize_t result = how == 0   ? write(to, sent, kBytes)
                         : how == 1 ? writev(to, parts, 2)
                                    : sendmsg(to, &message, 0);
  expect(result == static_cast<ssize_t>(kBytes));
  reader.join();
  expect(memcmp(sent, received, kBytes) == 0);
}

static int connected(int* other) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t length = sizeof address;
  expect(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
  expect(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  expect(listen(listener, 1) == 0);
  expect(connect(client, reinterpret_cast<sockaddr*>(&address), length) == 0);
  *other = accept(listener, nullptr, nullptr);
  expect(*other >= 0);
  return client;
}

int main() {
  for (size_t i = 0; i < kBytes; ++i) sent[i] = static_cast<unsigned char>(i * 7 + i / 251);
  const Company company;
  int ends[2];
  expect(pipe(ends) == 0);
  for (const int how : {0, 1}) pass(ends[0], ends[1], how);
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  for (const int how : {0, 1, 2}) pass(ends[0], ends[1], how);
  ends[0] = connected(&ends[1]);
  for (const int how : {0, 1, 2}) pass(ends[0], ends[1], how);
  return done();
}
