// UDP on the loopback with sendmmsg and recvmmsg: lengths, addresses and contents of each message.
#include <arpa/inet.h>
#include <sys/socket.h>

#include "guest.h"

int main() {
  const int from = socket(AF_INET, SOCK_DGRAM, 0), to = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  for (int fd : {from, to}) expect(bind(fd, (sockaddr*)&address, sizeof address) == 0);
  socklen_t size = sizeof address;
  expect(getsockname(to, (sockaddr*)&address, &size) == 0);
  char texts[8][64];
  iovec parts[8];
  mmsghdr messages[8] = {};
  for (int i = 0; i < 8; ++i) {
    parts[i] = {texts[i], static_cast<size_t>(snprintf(texts[i], 64, "%0*d", i + 1, i))};
    messages[i].msg_hdr = {&address, sizeof address, &parts[i], 1, nullptr, 0, 0};
  }
  expect(sendmmsg(from, messages, 8, 0) == 8);
  sockaddr_in senders[8] = {};
  for (int i = 0; i < 8; ++i) {
    parts[i].iov_len = 64;
    messages[i].msg_hdr = {&senders[i], sizeof senders[i], &parts[i], 1, nullptr, 0, 0};
  }
  timespec limit{1, 0};
  int got = 0;
  while (got < 8) {
    const int more =
        recvmmsg(to, messages + got, static_cast<unsigned>(8 - got), MSG_WAITFORONE, &limit);
    expect(more > 0);
    got += more;
  }
  for (int i = 0; i < 8; ++i) {
    expect(messages[i].msg_len == static_cast<unsigned>(i + 1) && atoi(texts[i]) == i);
  }
  show("sender's port", ntohs(senders[7].sin_port));
  return done();
}
