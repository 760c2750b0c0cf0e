// atexit, on_exit and static destructors run last to first, with calls in them, and set the status.
// status: 5
#include "guest.h"

struct AtEnd {
  ~AtEnd() {
    fflush(stdout);
    _exit(5);
  }
};
static AtEnd at_end;
static int stage;

int main() {
  atexit([] {
    expect(stage == 1);
    done();
  });
  on_exit(
      [](int status, void* argument) {
        expect(status == 9 && argument == &stage);
        show("time", now_ns());
        stage = 1;
      },
      &stage);
  exit(9);
}
