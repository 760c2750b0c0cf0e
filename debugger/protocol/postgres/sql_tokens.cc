#include "debugger/protocol/postgres/sql_tokens.h"

#include <algorithm>

#include "debugger/protocol/characters.h"

namespace weft::protocol {

namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_word(char c) {
  return starts_word(c) || is_digit(c) || c == '$';
}

}  // namespace

bool is_word(const SqlToken& token, std::string_view upper) {
  return token.kind == SqlToken::Kind::kWord &&
         std::equal(token.text.begin(), token.text.end(), upper.begin(), upper.end(),
                    [](char a, char b) {
                      return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
                    });
}

bool SqlTokens::pass_comment() {
  if (rest_.starts_with("--")) {
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    return true;
  }
  if (!rest_.starts_with("/*")) return false;
  size_t depth = 0, at = 0;
  for (; at < rest_.size(); ++at) {
    if (rest_.substr(at, 2) == "/*") {
      ++depth, ++at;
    } else if (rest_.substr(at, 2) == "*/") {
      ++at;
      if (--depth == 0) break;
    }
  }
  rest_.remove_prefix(std::min(at + 1, rest_.size()));
  return true;
}

void SqlTokens::pass_blanks() {
  do {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  } while (pass_comment());
}

SqlToken SqlTokens::quoted(SqlToken::Kind kind, char quote) {
  size_t end = 1;
  while (end < rest_.size() && rest_[end] != quote) ++end;
  const SqlToken token{kind, rest_.substr(1, end - 1)};
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return token;
}

/// $1, or $tag$ literal $tag$
SqlToken SqlTokens::dollar() {
  size_t end = 1;
  while (end < rest_.size() && (starts_word(rest_[end]) || is_digit(rest_[end]))) ++end;
  size_t length = end;
  if (end < rest_.size() && rest_[end] == '$') {
    const std::string_view tag = rest_.substr(0, end + 1);
    const size_t close = rest_.find(tag, tag.size());
    length = close == std::string_view::npos ? rest_.size() : close + tag.size();
  }
  const SqlToken token{SqlToken::Kind::kLiteral, rest_.substr(0, length)};
  rest_.remove_prefix(length);
  return token;
}

SqlToken SqlTokens::next() {
  pass_blanks();
  if (rest_.empty()) return {};
  const char first = rest_.front();
  if (first == '"') return quoted(SqlToken::Kind::kName, '"');
  if (first == '`') return quoted(SqlToken::Kind::kName, '`');  // MySQL's
  if (first == '\'') return quoted(SqlToken::Kind::kLiteral, '\'');
  if (first == '$') return dollar();
  size_t end = 1;
  auto kind = SqlToken::Kind::kSign;
  if (starts_word(first)) {
    kind = SqlToken::Kind::kWord;
    while (end < rest_.size() && is_in_word(rest_[end])) ++end;
  } else if (is_digit(first)) {
    kind = SqlToken::Kind::kLiteral;
    while (end < rest_.size() && (is_in_word(rest_[end]) || rest_[end] == '.')) ++end;
  }
  const SqlToken token{kind, rest_.substr(0, end)};
  rest_.remove_prefix(end);
  return token;
}

}  // namespace weft::protocol
