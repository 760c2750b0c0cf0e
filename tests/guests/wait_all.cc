// Receives that must not return with what is there: MSG_WAITALL, SO_RCVLOWAT.
#include <sys/socket.h>
#include <sys/wait.h>

#include "company.h"

int main() {
  int pair[2];
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  const Company company;
  char buffer[16] = {};
  const pid_t child = in_child([&] {
    for (int i = 0; i < 30; ++i) {
      expect(write(pair[1], "12345", 5) == 5);
      sleep_ms(2);
    }
  });
  for (int i = 0; i < 10; ++i) {
    expect(recv(pair[0], buffer, 10, MSG_WAITALL) == 10 && memcmp(buffer, "1234512345", 10) == 0);
  }
  const int least = 8;
  expect(setsockopt(pair[0], SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least) == 0);
  for (int left = 50; left > 0;) {
    const ssize_t got = read(pair[0], buffer, sizeof buffer);
    expect(got >= (left < least ? left : least));
    left -= static_cast<int>(got);
    if (left < least) break;
  }
  expect(waitpid(child, nullptr, 0) == child);
  return done();
}
