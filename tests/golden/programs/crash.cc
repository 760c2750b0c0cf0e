// Dies by SIGSEGV after a few calls.
#include "freestanding.h"

extern "C" void start(const unsigned long*) {
  for (int i = 0; i < 3; ++i) show("parent", static_cast<unsigned long>(call(110 /* getppid */)));
  *reinterpret_cast<volatile long*>(0x10) = 1;
  end(0);
}
