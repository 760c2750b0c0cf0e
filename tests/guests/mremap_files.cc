// Mappings of files and shared memory move, grow and are cut; a child, writes and MADV_DONTNEED
// find them where they are.
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

static constexpr size_t kPage = 4096;

static char* checked(void* at) {
  expect(at != MAP_FAILED);
  return static_cast<char*>(at);
}

static char* move(char* from, size_t bytes, size_t new_bytes, char* to) {
  return checked(mremap(from, bytes, new_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to));
}

int main() {
  constexpr int kBoth = PROT_READ | PROT_WRITE;
  char* room = checked(mmap(nullptr, 64 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  auto* common = checked(mmap(nullptr, 2 * kPage, kBoth, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  common = move(common, 2 * kPage, 2 * kPage, room + kPage);
  const pid_t child = fork();
  if (child == 0) _exit(snprintf(common + kPage, 30, "%llu", 1ULL * now_ns()) > 0 ? 0 : 1);
  expect(waitpid(child, nullptr, 0) == child && common[kPage] != 0);
  show("child", hash_bytes(common + kPage, 30));
  TempFile file;
  expect(write(file.fd, std::string(8 * kPage, 'f').data(), 8 * kPage) == 8 * kPage);
  char* own = checked(mmap(nullptr, 2 * kPage, kBoth, MAP_PRIVATE, file.fd, 0));
  own = move(own, 2 * kPage, 4 * kPage, room + 8 * kPage);
  strcpy(own, "dirty");
  const uint64_t now = now_ns();
  for (long at : {0L, 5000L, 9000L}) expect(pwrite(file.fd, &now, 8, at) == 8);
  expect(memcmp(own + 5000, &now, 8) == 0 && memcmp(own + 9000, &now, 8) == 0 && own[0] == 'd');
  expect(madvise(own, kPage, MADV_DONTNEED) == 0 && memcmp(own, &now, 8) == 0);
  char* shared = checked(mmap(nullptr, 2 * kPage, kBoth, MAP_SHARED, file.fd, kPage));
  shared = checked(mremap(shared, 2 * kPage, 7 * kPage, MREMAP_MAYMOVE));
  expect(shared[6 * kPage] == 'f' && memcmp(shared + 5000 - kPage, &now, 8) == 0);
  memcpy(shared + 5 * kPage, &now, 8);  // two mappings, and the file
  char* twice = checked(mremap(shared + 5 * kPage, 0, kPage, MREMAP_MAYMOVE));
  expect(memcmp(twice, &now, 8) == 0 && (twice[9] = 't') == shared[5 * kPage + 9]);
  shared = move(shared, 7 * kPage, 3 * kPage, room + 20 * kPage);
  expect(munmap(shared + kPage, kPage) == 0 && pwrite(file.fd, &now, 8, 3 * kPage + 100) == 8);
  shared = move(shared + 2 * kPage, kPage, kPage, room + 30 * kPage);
  expect(memcmp(shared + 100, &now, 8) == 0 && shared[200] == 'f');
  show("content", hash_bytes(shared, kPage, hash_bytes(own, 4 * kPage)));
  return done();
}
