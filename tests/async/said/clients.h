// A listener and clients that come, say a word and go: for programs of this folder.
#pragma once
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

inline void allow_descriptors(rlim_t count) {
  const rlimit limit{count, count};
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// On a port that the kernel chooses.
inline int listen_here() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(listener, 128);
  return listener;
}

/// In a child process, which is not recorded.
inline void run_clients(int listener, int count) {
  sockaddr_in address{};
  socklen_t bytes = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &bytes);
  if (fork() != 0) return;
  for (int i = 0; i < count; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    (void)!write(fd, "hello", 5);
    close(fd);
  }
  _exit(0);
}
