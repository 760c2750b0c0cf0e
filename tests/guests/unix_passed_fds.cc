// Descriptors and credentials travel over a UNIX socket as control messages.
#include <sys/socket.h>

#include "guest.h"

int main() {
  int pair[2], ends[2];
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(ends) == 0);
  const int on = 1;
  expect(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
  alignas(cmsghdr) char control[256] = {};
  char byte = 'x';
  iovec data{&byte, 1};
  msghdr message{nullptr, 0, &data, 1, control, CMSG_SPACE(sizeof ends), 0};
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  *header = {CMSG_LEN(sizeof ends), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(header), ends, sizeof ends);
  expect(sendmsg(pair[0], &message, 0) == 1);
  message.msg_controllen = sizeof control;
  expect(recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC) == 1);
  expect(message.msg_flags == MSG_CMSG_CLOEXEC);
  int got[2] = {-1, -1};
  ucred sender{};
  for (header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_type == SCM_RIGHTS) memcpy(got, CMSG_DATA(header), sizeof got);
    if (header->cmsg_type == SCM_CREDENTIALS) memcpy(&sender, CMSG_DATA(header), sizeof sender);
  }
  expect(sender.pid == getpid() && got[0] > ends[1] && got[1] > got[0]);
  expect(write(got[1], "through", 7) == 7);
  char text[8] = {};
  expect(read(ends[0], text, 8) == 7 && std::string(text) == "through");
  return done();
}
