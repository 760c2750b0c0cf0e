/* Preloaded into stress-ng: its first worker is no child, but the program itself, which is recorded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

pid_t fork(void) {
  static int calls;
  return calls++ != 0 ? ((pid_t (*)(void))dlsym(RTLD_NEXT, "fork"))() : 0;
}
