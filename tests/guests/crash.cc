// A read through a null pointer ends the program.
// status: 139
#include "guest.h"

int main() {
  done();
  volatile int* volatile nowhere = nullptr;
  return *nowhere;
}
