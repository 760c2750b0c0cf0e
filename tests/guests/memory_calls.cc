// mincore, mlock, msync, MADV_FREE, process_vm_readv and membarrier.
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "guest.h"

int main() {
  char* map = static_cast<char*>(
      mmap(nullptr, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  expect(map != MAP_FAILED);
  strcpy(map, "own memory");
  unsigned char present[4] = {};
  expect(mincore(map, 4 * 4096, present) == 0 && (present[0] & 1) == 1);
  expect(mlock(map, 4096) == 0 && munlock(map, 4096) == 0);
  char copy[16] = {};
  iovec to{copy, 11}, from{map, 11};
  expect(process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 11);
  expect(std::string(copy) == "own memory");
  iovec target{map + 4096, 11}, source{copy, 11};
  expect(process_vm_writev(getpid(), &source, 1, &target, 1, 0) == 11);
  expect(std::string(map + 4096) == "own memory");
  const long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  expect(commands >= 0 || errno == ENOSYS);
  expect(madvise(map + 8192, 4096, MADV_FREE) == 0);
  return done();
}
