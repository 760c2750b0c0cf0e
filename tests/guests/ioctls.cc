// ioctls that write, read and do both: FIONREAD, FIONBIO, a pseudo-terminal's size and attributes.
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "guest.h"

int main() {
  int ends[2], waiting = -1, on = 1;
  expect(pipe(ends) == 0 && write(ends[1], "12345", 5) == 5);
  expect(ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == 5);
  expect(ioctl(ends[0], FIONBIO, &on) == 0 && (fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
  expect(ioctl(ends[0], TCGETS, &on) == -1 && errno == ENOTTY);
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0) {
    const int side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    expect(side >= 0 && isatty(side) == 1);
    winsize size{50, 132, 0, 0}, seen{};
    expect(ioctl(terminal, TIOCSWINSZ, &size) == 0 && ioctl(side, TIOCGWINSZ, &seen) == 0);
    expect(seen.ws_row == 50 && seen.ws_col == 132);
    termios modes{};
    expect(tcgetattr(side, &modes) == 0);
    cfmakeraw(&modes);
    expect(tcsetattr(side, TCSANOW, &modes) == 0 && write(side, "\n", 1) == 1);
    char byte = 0;
    expect(read(terminal, &byte, 1) == 1 && byte == '\n');
  }
  ifreq interface{};
  strcpy(interface.ifr_name, "lo");
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  expect(ioctl(fd, SIOCGIFINDEX, &interface) == 0 && interface.ifr_ifindex > 0);
  return done();
}
