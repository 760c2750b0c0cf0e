// A private file mapping: the file's bytes, zeros after its end, own writes that stay own.
#include <sys/mman.h>

#include "guest.h"

int main() {
  TempFile file;
  std::string text(10'000, 'a');
  expect(write(file.fd, text.data(), text.size()) == 10'000);
  char* map =
      static_cast<char*>(mmap(nullptr, 12'288, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.fd, 0));
  expect(map != MAP_FAILED);
  expect(map[9'999] == 'a' && map[10'000] == 0);
  map[0] = 'b';
  char byte = 0;
  expect(pread(file.fd, &byte, 1, 0) == 1 && byte == 'a');
  char* second =
      static_cast<char*>(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.fd, 4096));
  expect(second != MAP_FAILED && second[0] == 'a');
  char* self = static_cast<char*>(
      mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, open("/proc/self/exe", O_RDONLY), 0));
  expect(self != MAP_FAILED && memcmp(self, "\177ELF", 4) == 0);
  show("mapped at", reinterpret_cast<uintptr_t>(map));
  return done();
}
