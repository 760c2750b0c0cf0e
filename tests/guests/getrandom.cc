// getrandom, getentropy, /dev/urandom and AT_RANDOM: random bytes differ, and come again in replay.
#include <sys/auxv.h>
#include <sys/random.h>

#include "guest.h"

int main() {
  uint64_t a[4] = {}, b[4] = {}, c[4] = {};
  expect(getrandom(a, sizeof a, 0) == sizeof a);
  expect(getrandom(b, sizeof b, GRND_NONBLOCK) == sizeof b && getentropy(c, sizeof c) == 0);
  expect(memcmp(a, b, sizeof a) != 0 && memcmp(b, c, sizeof b) != 0);
  show("getrandom", hash_bytes(a, sizeof a));
  show("getentropy", hash_bytes(c, sizeof c));
  const int fd = open("/dev/urandom", O_RDONLY);
  expect(fd >= 0 && read(fd, a, sizeof a) == sizeof a);
  show("urandom", hash_bytes(a, sizeof a));
  const void* random = reinterpret_cast<const void*>(getauxval(AT_RANDOM));
  expect(random != nullptr);
  show("AT_RANDOM", hash_bytes(random, 16));
  return done();
}
