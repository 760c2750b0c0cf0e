// getaddrinfo("localhost"), getnameinfo, gethostname and getpwuid: the C library's NSS.
#include <arpa/inet.h>
#include <netdb.h>
#include <pwd.h>

#include "guest.h"

int main() {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  expect(getaddrinfo("localhost", "80", &hints, &found) == 0 && found != nullptr);
  for (addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    char host[256], service[32];
    expect(getnameinfo(entry->ai_addr, entry->ai_addrlen, host, sizeof host, service,
                       sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    expect(std::string(service) == "80");
    printf("%s\n", host);
  }
  freeaddrinfo(found);
  hints.ai_flags = AI_NUMERICHOST;
  expect(getaddrinfo("no number", nullptr, &hints, &found) == EAI_NONAME);
  char name[256];
  expect(gethostname(name, sizeof name) == 0);
  const passwd* user = getpwuid(0);
  expect(user != nullptr && std::string(user->pw_name) == "root");
  return done();
}
