#include "debugger/connections/log/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace weft::connections {

namespace {

constexpr size_t kFamilyBytes = sizeof(sa_family_t);
/// Up to the scope, which older programs leave out.
constexpr size_t kIpv6Bytes = offsetof(sockaddr_in6, sin6_scope_id);

sa_family_t family_of(std::string_view sockaddr) {
  sa_family_t family = AF_UNSPEC;
  if (sockaddr.size() >= kFamilyBytes) std::memcpy(&family, sockaddr.data(), kFamilyBytes);
  return family;
}

template <class T>
T as(std::string_view sockaddr) {
  T value{};
  std::memcpy(&value, sockaddr.data(), std::min(sockaddr.size(), sizeof value));
  return value;
}

std::string unix_text(std::string_view path) {
  if (path.empty()) return {};
  if (path.front() == '\0') return "unix:@" + std::string(path.substr(1));
  return "unix:" + std::string(path.substr(0, path.find('\0')));
}

}  // namespace

std::string address_text(std::string_view sockaddr) {
  char text[INET6_ADDRSTRLEN] = {};
  switch (family_of(sockaddr)) {
    case AF_UNSPEC:
      return {};
    case AF_INET: {
      if (sockaddr.size() < offsetof(sockaddr_in, sin_zero)) return {};
      const auto address = as<sockaddr_in>(sockaddr);
      inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
      return std::string(text) + ":" + std::to_string(ntohs(address.sin_port));
    }
    case AF_INET6: {
      if (sockaddr.size() < kIpv6Bytes) return {};
      const auto address = as<sockaddr_in6>(sockaddr);
      inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
      return "[" + std::string(text) + "]:" + std::to_string(ntohs(address.sin6_port));
    }
    case AF_UNIX:
      return unix_text(sockaddr.substr(kFamilyBytes, sizeof(sockaddr_un::sun_path)));
    default:
      return "family " + std::to_string(family_of(sockaddr));
  }
}

std::string address_key(std::string_view sockaddr) {
  std::string text = address_text(sockaddr);
  constexpr std::string_view kMapped = "[::ffff:";
  if (!text.starts_with(kMapped)) return text;
  text.erase(0, kMapped.size());
  text.erase(text.find(']'), 1);
  return text;
}

}  // namespace weft::connections
