// An exception that nobody catches: std::terminate, with its message on stderr.
// status: 134
#include <stdexcept>

#include "guest.h"

int main() {
  done();
  throw std::runtime_error("nobody catches this");
}
