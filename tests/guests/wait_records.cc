// Datagrams and sequenced packets keep their boundaries, also empty ones.
#include <sys/socket.h>
#include <sys/uio.h>

#include "company.h"

static ssize_t receive(int fd, char* to, size_t bytes, int* flags) {
  iovec part{to, bytes};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t result = recvmsg(fd, &message, 0);
  *flags = message.msg_flags;
  return result;
}

int main() {
  const Company company;
  for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET}) {
    int ends[2];
    expect(socketpair(AF_UNIX, type, 0, ends) == 0);
    std::thread writer([&] {
      for (int i = 0; i < 20; ++i) {
        expect(write(ends[1], "abcdef", 6) == 6 && send(ends[1], "gh", 2, 0) == 2);
        if (i % 5 == 0) sleep_ms(1);
      }
    });
    char buffer[8];
    int flags;
    for (int i = 0; i < 20; ++i) {
      expect(receive(ends[0], buffer, 4, &flags) == 4 && (flags & MSG_TRUNC) != 0);
      expect(read(ends[0], buffer, 0) == 0 && read(ends[0], buffer, 8) == 2 && buffer[0] == 'g');
    }
    writer.join();
  }
  int ends[2];
  expect(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
  char buffer[8];
  expect(send(ends[1], "", 0, 0) == 0 && recv(ends[0], buffer, 8, 0) == 0);
  return done();
}
