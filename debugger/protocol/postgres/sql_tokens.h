/// Cuts SQL into words, names and single characters; comments and literals are passed over.
///
/// Lexical rules: PostgreSQL 15, chapter 4.1. Statements may be cut anywhere (protocol.h): what has
/// no end ends with the text.
#pragma once

#include <string_view>

namespace weft::protocol {

struct SqlToken {
  enum class Kind : unsigned char { kEnd, kWord, kName, kLiteral, kSign };
  Kind kind = Kind::kEnd;
  std::string_view text;  ///< of a quoted name: without the quotes
};

class SqlTokens {
 public:
  explicit SqlTokens(std::string_view statement) : rest_(statement) {}
  SqlToken next();

 private:
  void pass_blanks();
  bool pass_comment();
  SqlToken quoted(SqlToken::Kind kind, char quote);
  SqlToken dollar();

  std::string_view rest_;
};

/// The same word, case aside; `upper` is in upper case.
bool is_word(const SqlToken& token, std::string_view upper);

}  // namespace weft::protocol
