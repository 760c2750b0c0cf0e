// std::random_device, which uses rdrand or rdseed where the machine has them.
#include <random>

#include "guest.h"

int main() {
  std::random_device device;
  uint64_t values = kHashStart;
  for (int i = 0; i < 100; ++i) {
    const unsigned value = device();
    values = hash_bytes(&value, sizeof value, values);
  }
  show("values", values);
  std::random_device named("/dev/urandom");
  show("named", named());
  std::mt19937_64 engine(device());
  show("engine", engine());
  return done();
}
