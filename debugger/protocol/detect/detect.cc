#include "debugger/protocol/detect/detect.h"

#include <algorithm>

#include "debugger/protocol/characters.h"
#include "debugger/protocol/detect/unknown_decoder.h"
#include "debugger/protocol/http/http_decoder.h"
#include "debugger/protocol/http/http_head.h"
#include "debugger/protocol/memcached/memcached_decoder.h"
#include "debugger/protocol/mysql/mysql_decoder.h"
#include "debugger/protocol/postgres/postgres_decoder.h"
#include "debugger/protocol/redis/redis_decoder.h"

namespace weft::protocol {

namespace {

/// The untyped message that a client begins with.
bool is_postgres_startup(std::string_view text) {
  if (text.size() < 8 || text[0] != 0 || text[1] != 0) return false;
  const uint32_t length = big_endian_32(text);
  const uint32_t code = big_endian_32(text.substr(4));
  return length >= 8 && length <= 10000 &&
         (code >> 16 == 3 || (code >= 80877102 && code <= 80877104));
}

bool is_redis_request(std::string_view text) {
  if (text.size() >= 4 && text[0] == '*' && text[1] >= '1' && text[1] <= '9') {
    const size_t end = text.find("\r\n");
    return end != std::string_view::npos && end < 10 &&
           std::all_of(text.begin() + 1, text.begin() + static_cast<long>(end), is_digit) &&
           (text.size() <= end + 2 || text[end + 2] == '$');
  }
  const std::string_view word = text.substr(0, text.find_first_of(" \r\n"));
  if (word.size() == text.size()) return false;
  return std::any_of(std::begin(kInlineCommands), std::end(kInlineCommands),
                     [word](std::string_view command) {
                       return std::equal(word.begin(), word.end(), command.begin(), command.end(),
                                         [](char a, char b) { return (a & ~0x20) == b; });
                     });
}

bool is_tls_hello(std::string_view text) {
  return text.size() >= 6 && text[0] == 0x16 && text[1] == 0x03 && text[2] <= 0x04 &&
         text[5] == 0x01;
}

}  // namespace

Protocol detect(Side side, std::string_view first_bytes) {
  if (side == Side::kAnswers) {
    if (first_bytes.starts_with("HTTP/1.")) return Protocol::kHttp;
    return is_mysql_greeting(first_bytes) ? Protocol::kMysql : Protocol::kUnknown;
  }
  if (is_http_request(first_bytes)) return Protocol::kHttp;
  if (is_postgres_startup(first_bytes)) return Protocol::kPostgres;
  if (is_memcached_request(first_bytes)) return Protocol::kMemcached;
  if (is_redis_request(first_bytes)) return Protocol::kRedis;
  if (is_tls_hello(first_bytes)) return Protocol::kTls;
  return Protocol::kUnknown;
}

std::unique_ptr<Decoder> make_decoder(Protocol protocol, ExchangeSink& sink) {
  switch (protocol) {
    case Protocol::kHttp:
      return std::make_unique<HttpDecoder>(sink);
    case Protocol::kRedis:
      return std::make_unique<RedisDecoder>(sink);
    case Protocol::kPostgres:
      return std::make_unique<PostgresDecoder>(sink);
    case Protocol::kMemcached:
      return std::make_unique<MemcachedDecoder>(sink);
    case Protocol::kMysql:
      return std::make_unique<MysqlDecoder>(sink);
    case Protocol::kTls:
      return std::make_unique<UnknownDecoder>(sink, "TLS ");
    case Protocol::kUnknown:
      break;
  }
  return std::make_unique<UnknownDecoder>(sink, "");
}

}  // namespace weft::protocol
