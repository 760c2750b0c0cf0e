#include "debugger/shell/events/event_filter.h"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace weft::shell {
namespace {

using trace::EventView;
using Test = EventFilter::Test;

constexpr int kDeepest = 64;  ///< nesting of parentheses

struct Token {
  enum class Kind { kEnd, kWord, kText, kOperator } kind = Kind::kEnd;
  std::string text;
  size_t at = 0;
};

struct Syntax {
  size_t at;
  std::string message;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    Token token{Token::Kind::kEnd, "", at_};
    if (at_ == text_.size()) return token;
    if (text_[at_] == '"' || text_[at_] == '\'') return quoted(token);
    for (const char* op : {"&&", "||", "==", "!=", "<=", ">=", "<", ">", "~", "!", "(", ")"}) {
      if (text_.substr(at_).substr(0, std::string_view(op).size()) != op) continue;
      token.kind = Token::Kind::kOperator;
      token.text = op;
      at_ += token.text.size();
      return token;
    }
    token.kind = Token::Kind::kWord;
    constexpr std::string_view kEndsWord = " \t&|=!<>~()\"'";
    while (at_ < text_.size() && kEndsWord.find(text_[at_]) == std::string_view::npos)
      token.text += text_[at_++];
    if (token.text.empty()) throw Syntax{at_, fmt::format("'{}' is not expected", text_[at_])};
    return token;
  }

 private:
  Token quoted(Token token) {
    const char quote = text_[at_++];
    token.kind = Token::Kind::kText;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == quote) ++at_;
      token.text += text_[at_++];
    }
    if (at_ == text_.size()) throw Syntax{token.at, "the text has no end"};
    ++at_;
    return token;
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// A compiled POSIX regular expression; linear in what it searches.
class Pattern {
 public:
  explicit Pattern(const std::string& text) {
    const int error = ::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
    if (error == 0) return;
    char message[128];
    ::regerror(error, &compiled_, message, sizeof message);
    throw Syntax{0, fmt::format("\"{}\" is not a regular expression: {}", text, message)};
  }
  ~Pattern() { ::regfree(&compiled_); }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool found_in(const std::string& text) const {
    regmatch_t whole{0, static_cast<regoff_t>(text.size())};
    return ::regexec(&compiled_, text.c_str(), 1, &whole, REG_STARTEND) == 0;
  }

 private:
  regex_t compiled_;
};

std::optional<int64_t> to_signed_number(const std::string& text) {
  const bool negative = !text.empty() && text[0] == '-';
  std::string_view digits = std::string_view(text).substr(negative ? 1 : 0);
  const bool hex = digits.substr(0, 2) == "0x";
  if (hex) digits.remove_prefix(2);
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
}

template <class T>
bool compare(const std::string& op, const T& left, const T& right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  return left >= right;
}

/// "read where fd == 7" says the same as "read && (fd == 7)", and "task cancelled" the same as
/// "task-cancelled".
std::string without_where(const std::string& text) {
  constexpr std::string_view kWhere = " where ";
  const size_t at = text.find(kWhere);
  std::string kind = text.substr(0, at);
  const bool words_only = std::all_of(kind.begin(), kind.end(),
                                      [](unsigned char c) { return c == ' ' || std::islower(c); });
  if (words_only) std::replace(kind.begin(), kind.end(), ' ', '-');
  if (at == std::string::npos) return kind;
  return fmt::format("{} && ({})", kind, text.substr(at + kWhere.size()));
}

class Parser {
 public:
  Parser(std::string_view text, const FilterContext* context)
      : lexer_(text), context_(context), token_(lexer_.next()) {}

  Test whole() {
    Test test = alternatives();
    if (token_.kind != Token::Kind::kEnd)
      throw Syntax{token_.at, fmt::format("'{}' is not expected", token_.text)};
    return test;
  }

 private:
  bool is_operator(std::string_view text) const {
    return token_.kind == Token::Kind::kOperator && token_.text == text;
  }
  Token take() { return std::exchange(token_, lexer_.next()); }

  Test alternatives() {
    Test left = conditions();
    while (is_operator("||")) {
      take();
      left = [left, right = conditions()](EventIndex i, const EventView& e) {
        return left(i, e) || right(i, e);
      };
    }
    return left;
  }

  Test conditions() {
    Test left = negation();
    while (is_operator("&&")) {
      take();
      left = [left, right = negation()](EventIndex i, const EventView& e) {
        return left(i, e) && right(i, e);
      };
    }
    return left;
  }

  Test negation() {
    if (++depth_ > kDeepest) throw Syntax{token_.at, "it is nested too deeply"};
    Test test;
    if (is_operator("!")) {
      take();
      test = [inner = negation()](EventIndex i, const EventView& e) { return !inner(i, e); };
    } else if (is_operator("(")) {
      take();
      test = alternatives();
      if (!is_operator(")")) throw Syntax{token_.at, "a ')' is missing"};
      take();
    } else {
      test = comparison();
    }
    --depth_;
    return test;
  }

  Test comparison() {
    const Token name = take();
    if (name.kind != Token::Kind::kWord)
      throw Syntax{name.at, "the name of a field, a call or a kind of event is expected"};
    const bool compares =
        token_.kind == Token::Kind::kOperator &&
        std::string_view("== != <= >= < > ~").find(token_.text) != std::string_view::npos;
    if (!compares) return by_name(name);
    const Field field = field_of(name);
    const std::string op = take().text;
    const Token value = take();
    if (value.kind != Token::Kind::kWord && value.kind != Token::Kind::kText)
      throw Syntax{value.at, "a value is expected"};
    return op == "~" ? matching(field, value.text) : comparing(field, op, value);
  }

  /// "read", "signal", "task_wake"; or a field: has the event one?
  Test by_name(const Token& name) {
    if (Test named = event_named(name.text)) return named;
    return [field = field_of(name)](EventIndex i, const EventView& e) {
      return field(i, e).has_value();
    };
  }

  Field field_of(const Token& name) {
    if (context_ != nullptr) {
      if (Field known = context_->field(name.text)) return known;
    }
    if (Field own = event_field(name.text)) return own;
    throw Syntax{name.at, fmt::format("there is no field, call or kind '{}'", name.text)};
  }

  static Test matching(Field field, const std::string& pattern) {
    return [field, regex = std::make_shared<Pattern>(pattern)](EventIndex i, const EventView& e) {
      const auto value = field(i, e);
      if (!value) return false;
      return regex->found_in(value->text ? *value->text : fmt::to_string(*value->number));
    };
  }

  static Test comparing(Field field, const std::string& op, const Token& token) {
    const auto number =
        token.kind == Token::Kind::kWord ? to_signed_number(token.text) : std::nullopt;
    return [field, op, number, text = token.text](EventIndex i, const EventView& e) {
      const auto value = field(i, e);
      if (!value) return false;
      if (number && value->number) return compare(op, *value->number, *number);
      if (value->text) return compare(op, *value->text, text);
      return false;
    };
  }

  Lexer lexer_;
  const FilterContext* context_;
  Token token_;
  int depth_ = 0;
};

}  // namespace

Result<EventFilter> EventFilter::parse(std::string_view text, const FilterContext* context) {
  try {
    std::string filter = without_where(std::string(text));
    Test test = Parser(filter, context).whole();
    return EventFilter(std::move(filter), std::move(test));
  } catch (const Syntax& syntax) {
    return Error{ErrorClass::kUsage, fmt::format("at column {}: {}", syntax.at + 1, syntax.message),
                 "see help event-filter"};
  }
}

}  // namespace weft::shell
