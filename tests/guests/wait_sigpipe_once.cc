// A write to a pipe or socket without a reader raises one SIGPIPE, not two; a pending error of a
// socket is reported once.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>

#include "company.h"

static volatile sig_atomic_t signals;

static void reset_by_peer() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t length = sizeof address;
  expect(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
  expect(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  expect(listen(listener, 1) == 0);
  expect(connect(client, reinterpret_cast<sockaddr*>(&address), length) == 0);
  const int server = accept(listener, nullptr, nullptr);
  const linger at_once{1, 0};
  expect(setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  close(server);
  char byte;
  expect(read(client, &byte, 1) == -1 && errno == ECONNRESET);
  expect(read(client, &byte, 1) == 0);
  expect(write(client, "x", 1) == -1 && errno == EPIPE && signals == 1);
}

int main() {
  signal(SIGPIPE, [](int) { signals = signals + 1; });
  const Company company;
  int ends[2];
  expect(pipe(ends) == 0);
  close(ends[0]);
  expect(write(ends[1], "x", 1) == -1 && errno == EPIPE && signals == 1);
  signals = 0;
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  close(ends[0]);
  expect(write(ends[1], "x", 1) == -1 && errno == EPIPE && signals == 1);
  expect(send(ends[1], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE && signals == 1);
  signals = 0;
  reset_by_peer();
  return done();
}
