// socketpair: stream, datagram and seqpacket; shutdown; SO_PEERCRED; MSG_PEEK and time-outs.
#include <sys/socket.h>
#include <sys/time.h>

#include "guest.h"

int main() {
  int pair[2];
  char text[64] = {};
  for (int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    expect(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) == 0);
    expect(send(pair[0], "first", 5, 0) == 5 && send(pair[0], "second", 6, 0) == 6);
    expect(recv(pair[1], text, 3, MSG_PEEK) == 3);
    expect(recv(pair[1], text, sizeof text, 0) == (type == SOCK_STREAM ? 11 : 5));
    if (type != SOCK_STREAM) expect(recv(pair[1], text, sizeof text, MSG_TRUNC) == 6);
    ucred peer{};
    socklen_t size = sizeof peer;
    expect(getsockopt(pair[1], SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0);
    expect(peer.pid == getpid() && peer.uid == getuid());
    const timeval soon{0, 5000};
    expect(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) == 0);
    expect(recv(pair[1], text, sizeof text, 0) == -1 && errno == EAGAIN);
    expect(shutdown(pair[0], SHUT_WR) == 0);
    if (type == SOCK_STREAM) expect(recv(pair[1], text, sizeof text, 0) == 0);
    close(pair[0]);
    close(pair[1]);
  }
  return done();
}
