// abort, with a SIGABRT handler that returns: the program dies all the same.
// status: 134
#include <signal.h>

#include "guest.h"

int main() {
  signal(SIGABRT, [](int) { show("in the handler", now_ns()); });
  done();
  abort();
}
