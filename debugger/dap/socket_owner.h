/// Who is at the other end of a connection of this machine: a port has no permissions, and who may talk
/// to a debugger may do what its user may.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::dap {

/// The user of a socket in /proc/net/tcp, by its own address and the other end's, as the table has
/// them ("0100007F:1F90"); nothing: there is none.
std::optional<uid_t> owner_in_table(std::string_view table, std::string_view own,
                                    std::string_view other);

/// True if the client of this connection belongs to the user of this process, or to root.
bool is_own_peer(int connection);

}  // namespace weft::dap
