// One read of 64 MiB of a file that the guest made, and the same with readv in two parts.
#include <sys/uio.h>

#include <vector>

#include "guest.h"

int main() {
  constexpr size_t kSize = size_t{64} << 20;
  TempFile file;
  std::vector<uint64_t> block(kSize / 64);
  uint64_t state = now_ns();
  for (int part = 0; part < 8; ++part) {
    for (size_t i = 0; i < block.size(); i += 64) {
      block[i] = state = state * 6364136223846793005 + 1;
    }
    expect(write(file.fd, block.data(), kSize / 8) == kSize / 8);
  }
  std::vector<uint64_t> whole(kSize / 8), again(kSize / 8);
  expect(pread(file.fd, whole.data(), kSize, 0) == kSize);
  iovec halves[] = {{again.data(), kSize / 2}, {again.data() + kSize / 16, kSize / 2}};
  expect(preadv(file.fd, halves, 2, 0) == kSize);
  expect(whole == again);
  show("content", hash_bytes(whole.data(), 1 << 20));
  return done();
}
