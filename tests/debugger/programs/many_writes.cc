// 600 writes: a condition that holds at an early one is false very often on the way back to it.
#include <fcntl.h>
#include <unistd.h>

int main() {
  const int sink = open("/dev/null", O_WRONLY);
  for (int round = 1; round <= 600; ++round) {
    if (write(sink, &round, sizeof round) != sizeof round) return 1;
  }
}
