// popen to read from a child, to write to one, and pclose's status.
#include <sys/wait.h>

#include "guest.h"

int main() {
  FILE* reader = popen("echo $$; exit 3", "r");
  expect(reader != nullptr);
  int pid = 0;
  expect(fscanf(reader, "%d", &pid) == 1 && pid > 0);
  show("child", static_cast<uint64_t>(pid));
  expect(WEXITSTATUS(pclose(reader)) == 3);
  FILE* writer = popen("read a; read b; test $a$b = onetwo", "w");
  expect(writer != nullptr);
  fputs("one\ntwo\n", writer);
  expect(pclose(writer) == 0);
  return done();
}
