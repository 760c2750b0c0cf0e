// What else changes a mapped file: sendfile, copy_file_range, splice, truncate, open(O_TRUNC),
// fallocate, MADV_REMOVE, and a child's writes. Seen in a shared and in a private mapping.
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

#include "guest.h"

static constexpr long kPage = 4096;
static char *shared, *own, page[kPage];
static uint64_t hash = kHashStart;

static void expect_page(long at, const char* content) {
  expect(memcmp(shared + at, content, kPage) == 0 && memcmp(own + at, content, kPage) == 0);
  hash = hash_bytes(own + at, kPage, hash_bytes(shared + at, kPage, hash));
}

int main() {
  static const char zeros[kPage] = {};
  TempFile file, source;
  const char* path = file.path.c_str();
  expect(ftruncate(file.fd, 16 * kPage) == 0);
  const int writes = open(path, O_WRONLY);
  for (int i = 0; i < kPage; i += 8) *reinterpret_cast<uint64_t*>(page + i) = now_ns() * 2 + 1;
  expect(write(source.fd, page, kPage) == kPage);
  void* at = mmap(nullptr, 16 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0);
  void* mine = mmap(nullptr, 16 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.fd, 0);
  expect(at != MAP_FAILED && mine != MAP_FAILED);
  shared = static_cast<char*>(at), own = static_cast<char*>(mine);
  off_t from = 0;
  expect(lseek(writes, kPage, SEEK_SET) == kPage &&
         sendfile(writes, source.fd, &from, kPage) == kPage);
  expect_page(kPage, page);
  loff_t in = 0, out = 2 * kPage;
  expect(copy_file_range(source.fd, &in, writes, &out, kPage, 0) == kPage);
  expect_page(2 * kPage, page);
  int pipes[2];
  expect(pipe(pipes) == 0 && write(pipes[1], page, kPage) == kPage);
  expect(splice(pipes[0], nullptr, writes, &out, kPage, 0) == kPage);
  expect_page(3 * kPage, page);
  expect(fallocate(file.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, kPage, kPage) == 0);
  expect_page(kPage, zeros);
  expect(madvise(shared + 2 * kPage, kPage, MADV_REMOVE) == 0);
  expect_page(2 * kPage, zeros);
  memcpy(shared + kPage, page, kPage);
  expect(truncate(path, kPage + 10) == 0 && truncate(path, 16 * kPage) == 0);
  expect(memcmp(shared + kPage, page, 10) == 0 && shared[kPage + 10] == 0);
  expect_page(3 * kPage, zeros);
  expect(close(open(path, O_RDWR | O_TRUNC)) == 0 && ftruncate(file.fd, 16 * kPage) == 0);
  expect_page(kPage, zeros);
  const pid_t child = fork();
  if (child == 0) _exit(pwrite(writes, page, kPage, 4 * kPage) == kPage ? 0 : 1);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  expect(memcmp(shared + 4 * kPage, page, kPage) == 0);
  show("content", hash_bytes(shared + 4 * kPage, kPage, hash));
  return done();
}
