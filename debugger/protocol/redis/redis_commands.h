/// How commands of Redis are abbreviated: which arguments are values (shown by their length) and
/// which commands answer in an unusual way.
///
/// Arguments that are no values are shown as they are: keys, numbers, options. A command that is
/// not listed shows all of its arguments; each is cut at kMaxShownArgument bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weft::protocol {

inline constexpr size_t kMaxShownArgument = 48;

enum class RedisReply : uint8_t {
  kOne,          ///< one reply
  kSubscribe,    ///< one reply for each channel
  kUnsubscribe,  ///< the same, or one if no channel is given
  kStream,       ///< what follows the reply is of another protocol (replication)
};

struct RedisCommand {
  std::string_view name;
  uint8_t first_value = 0;  ///< index of the first argument that is a value; 0: there is none
  uint8_t step = 1;         ///< every step-th from there on is one; 0: only that
  RedisReply reply = RedisReply::kOne;
};

inline constexpr RedisCommand kRedisCommands[] = {
    {"SET", 2, 0},
    {"SETEX", 3, 0},
    {"PSETEX", 3, 0},
    {"SETNX", 2, 0},
    {"GETSET", 2, 0},
    {"APPEND", 2, 0},
    {"SETRANGE", 3, 0},
    {"MSET", 2, 2},
    {"MSETNX", 2, 2},
    {"HSET", 3, 2},
    {"HMSET", 3, 2},
    {"HSETNX", 3, 0},
    {"LPUSH", 2},
    {"RPUSH", 2},
    {"LPUSHX", 2},
    {"RPUSHX", 2},
    {"LSET", 3, 0},
    {"LREM", 3, 0},
    {"LINSERT", 3},
    {"SADD", 2},
    {"SREM", 2},
    {"SISMEMBER", 2, 0},
    {"ZADD", 3, 2},
    {"PUBLISH", 2, 0},
    {"SPUBLISH", 2, 0},
    {"ECHO", 1, 0},
    {"PING", 1, 0},
    {"PFADD", 2},
    {"XADD", 4, 2},
    {"EVAL", 1, 0},
    {"EVALSHA", 3},
    {"RESTORE", 3, 0},
    {"AUTH", 1},
    {"HELLO", 3},
    {"GEOADD", 4, 3},
    {"SUBSCRIBE", 0, 0, RedisReply::kSubscribe},
    {"PSUBSCRIBE", 0, 0, RedisReply::kSubscribe},
    {"SSUBSCRIBE", 0, 0, RedisReply::kSubscribe},
    {"UNSUBSCRIBE", 0, 0, RedisReply::kUnsubscribe},
    {"PUNSUBSCRIBE", 0, 0, RedisReply::kUnsubscribe},
    {"SUNSUBSCRIBE", 0, 0, RedisReply::kUnsubscribe},
    {"PSYNC", 0, 0, RedisReply::kStream},
    {"SYNC", 0, 0, RedisReply::kStream},
};

/// Commands that people type without RESP, by which a connection is known as one to Redis.
inline constexpr std::string_view kInlineCommands[] = {
    "PING",    "INFO",   "SET", "GET",    "INCR",   "ECHO",     "SELECT",   "MONITOR",
    "COMMAND", "CONFIG", "DEL", "EXISTS", "DBSIZE", "SHUTDOWN", "SUBSCRIBE"};

inline constexpr RedisCommand kAnyRedisCommand{};

/// @param name  in upper case
constexpr const RedisCommand& redis_command(std::string_view name) {
  for (const RedisCommand& command : kRedisCommands) {
    if (command.name == name) return command;
  }
  return kAnyRedisCommand;
}

constexpr bool is_value(const RedisCommand& command, size_t argument) {
  if (command.first_value == 0 || argument < command.first_value) return false;
  if (command.step == 0) return argument == command.first_value;
  return (argument - command.first_value) % command.step == 0;
}

}  // namespace weft::protocol
