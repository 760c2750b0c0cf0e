// Reads and writes with known bytes, one that fails, output, a signal.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

int g_signals = 0;
char g_buffer[64];

void on_signal(int) { ++g_signals; }

void put(int fd, const char* text) {
  ssize_t written = write(fd, text, strlen(text));
  (void)written;
}

int main() {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  put(ends[1], "SET key:1 apple");
  ssize_t first = read(ends[0], g_buffer, sizeof g_buffer);
  put(1, "first\n");
  put(ends[1], "GET key:1");
  ssize_t second = read(ends[0], g_buffer, sizeof g_buffer);
  put(1, "second\n");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ssize_t third = read(ends[0], g_buffer, sizeof g_buffer);
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  put(2, "done\n");
  return first == 15 && second == 9 && third == -1 && g_signals == 1 ? 0 : 1;
}
