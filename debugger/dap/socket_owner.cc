#include "debugger/dap/socket_owner.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

namespace weft::dap {
namespace {

/// As the kernel prints it: the address's bytes as they lie in memory, the port as a number.
std::string in_table(const sockaddr_in& address) {
  return fmt::format("{:08X}:{:04X}", address.sin_addr.s_addr, ntohs(address.sin_port));
}

}  // namespace

std::optional<uid_t> owner_in_table(std::string_view table, std::string_view own,
                                    std::string_view other) {
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid ...
    std::istringstream words(line);
    std::string slot, local, remote, state, queues, timer, retransmits;
    uid_t user = 0;
    if (!(words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user))
      continue;
    if (local == own && remote == other) return user;
  }
  return std::nullopt;
}

bool is_own_peer(int connection) {
  sockaddr_in here{}, there{};
  socklen_t here_size = sizeof here, there_size = sizeof there;
  if (::getsockname(connection, reinterpret_cast<sockaddr*>(&here), &here_size) != 0 ||
      ::getpeername(connection, reinterpret_cast<sockaddr*>(&there), &there_size) != 0) {
    return false;
  }
  std::ifstream file("/proc/net/tcp");
  std::ostringstream table;
  table << file.rdbuf();
  const auto user = owner_in_table(table.str(), in_table(there), in_table(here));
  return user && (*user == ::geteuid() || *user == 0);
}

}  // namespace weft::dap
