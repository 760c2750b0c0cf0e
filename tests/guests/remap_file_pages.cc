// Two pages of a shared mapping change places, where the kernel can do that.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kPage = 4096;
  void* map = mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expect(map != MAP_FAILED);
  auto* pages = static_cast<unsigned char*>(map);
  pages[0] = 1;
  pages[kPage] = 2;
  const bool moved = remap_file_pages(pages, kPage, 0, 1, 0) == 0;
  expect(moved || errno == ENOSYS);
  expect(pages[0] == (moved ? 2 : 1) && pages[kPage] == 2);
  show("now", now_ns() + pages[0]);
  return done();
}
