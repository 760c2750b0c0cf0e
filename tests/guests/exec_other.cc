// execve of another program: its output and its status are the guest's.
// status: 6
#include "guest.h"

int main() {
  done();
  execl("/bin/sh", "sh", "-c", "echo $$ $(date +%N); exit 6", nullptr);
  return 1;
}
