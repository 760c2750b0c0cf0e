/// Socket addresses as the kernel lays them out, as text.
#pragma once

#include <string>
#include <string_view>

namespace weft::connections {

/// "127.0.0.1:5432", "[::1]:80", "unix:/run/x", "unix:@name" (abstract), "family 16"; empty if it
/// is empty or cut.
std::string address_text(std::string_view sockaddr);

/// What two ends of a connection agree on: family, address and port, without what may differ
/// (scope, flow, an IPv4 address written as IPv6). Empty if the address names nobody.
std::string address_key(std::string_view sockaddr);

}  // namespace weft::connections
