/// The protocols that weft can read, and how much of their texts it keeps.
///
/// Everything that a decoder sees came from the recorded program or its peers. All texts are bytes
/// of theirs, cut to the limits below and otherwise unchanged: escape them before they are shown
/// (replayer/inspect/escape.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::protocol {

enum class Protocol : uint8_t {
  kUnknown,    ///< bytes in one direction, then bytes in the other
  kHttp,       ///< HTTP/1.0 and 1.1 (RFC 9112)
  kRedis,      ///< RESP2 and RESP3
  kPostgres,   ///< PostgreSQL's frontend/backend protocol 3.0
  kTls,        ///< encrypted: like kUnknown
  kMemcached,  ///< its text protocol
  kMysql,      ///< MySQL's and MariaDB's client/server protocol
};
inline constexpr const char* kProtocolNames[] = {"unknown", "http",      "redis", "postgres",
                                                 "tls",     "memcached", "mysql"};

/// Which side asked: the two directions of a connection are named by their part in it, whichever
/// end of it the recorded program is.
enum class Side : uint8_t { kRequests, kAnswers };
constexpr size_t side_index(Side side) {
  return static_cast<size_t>(side);
}

/// Limits in bytes; longer texts are cut.
inline constexpr size_t kMaxWhat = 160;
inline constexpr size_t kMaxOutcome = 160;
inline constexpr size_t kMaxStatement = 1000;
inline constexpr size_t kMaxTables = 160;
/// Requests of one connection that wait for their answers; with more, decoding is given up.
inline constexpr size_t kMaxPending = 65536;

}  // namespace weft::protocol
