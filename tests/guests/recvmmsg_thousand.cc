// One recvmmsg of 1,000 messages in two parts each, with names; one readv of 1,024 parts.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "guest.h"

constexpr int kMessages = 1000, kParts = 1024;
static mmsghdr messages[kMessages];
static iovec parts[kMessages][2], single[kParts];
static char texts[kMessages][2][16], letters[kParts][3];
static sockaddr_in names[kMessages];

static uint64_t receive_all() {
  const int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
  const int room = 8 << 20;
  expect(setsockopt(to, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == 0);
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  expect(bind(to, (sockaddr*)&address, sizeof address) == 0);
  socklen_t size = sizeof address;
  expect(getsockname(to, (sockaddr*)&address, &size) == 0);
  int sent = 0;
  for (int i = 0; i < kMessages; ++i) {
    char text[32] = {};
    snprintf(text, sizeof text, "%d-%llu", i, static_cast<unsigned long long>(now_ns()));
    sent += sendto(from, text, sizeof text, 0, (sockaddr*)&address, sizeof address) == sizeof text;
    parts[i][0] = {texts[i][0], 16};
    parts[i][1] = {texts[i][1], 16};
    messages[i].msg_hdr = {&names[i], sizeof names[i], parts[i], 2, nullptr, 0, 0};
  }
  const int got = recvmmsg(to, messages, kMessages, MSG_DONTWAIT, nullptr);
  expect(got > 0 && got <= sent);
  uint64_t hash = kHashStart;
  for (int i = 0; i < got; ++i) {
    hash = hash_bytes(texts[i], sizeof texts[i], hash);
    hash = hash_bytes(&names[i].sin_port, sizeof names[i].sin_port, hash);
  }
  return hash;
}

int main() {
  show("messages", receive_all());
  for (int i = 0; i < kParts; ++i) single[i] = {letters[i], sizeof letters[i]};
  const int random = open("/dev/urandom", O_RDONLY);
  expect(readv(random, single, kParts) == sizeof letters);
  show("letters", hash_bytes(letters, sizeof letters));
  return done();
}
