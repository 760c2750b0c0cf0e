#include "debugger/protocol/postgres/sql_text.h"

#include <algorithm>
#include <array>

#include "debugger/protocol/postgres/sql_tokens.h"
#include "debugger/protocol/protocol.h"

namespace weft::protocol {

namespace {

using Kind = SqlToken::Kind;

constexpr size_t kMaxTableCount = 16;
constexpr size_t kMaxTokens = 4096;

/// Words after which a table's name comes, and the words before them that make them mean something
/// else: "FOR UPDATE", "IS DISTINCT FROM".
struct Introducer {
  std::string_view word;
  std::array<std::string_view, 4> not_after;
  bool list;  ///< names follow, with commas between them
};
constexpr Introducer kIntroducers[] = {
    {"FROM", {"DISTINCT"}, true}, {"JOIN", {}, false},
    {"INTO", {}, false},          {"UPDATE", {"FOR", "DO", "ON", "KEY"}, false},
    {"TABLE", {}, true},          {"COPY", {}, false},
    {"TRUNCATE", {}, true},
};
/// May stand between an introducer and the name.
constexpr std::string_view kPassedOver[] = {"ONLY", "LATERAL", "IF", "NOT", "EXISTS", "TABLE"};
/// No names of tables where a name could stand.
constexpr std::string_view kNoTables[] = {"SELECT", "VALUES", "STDIN", "STDOUT", "SET", "UNNEST"};
/// Functions with a FROM among their arguments.
constexpr std::string_view kFromInside[] = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"};
/// After these, commas no longer separate tables.
constexpr std::string_view kListEnds[] = {"WHERE", "SET",   "GROUP", "ORDER",  "SELECT",
                                          "ON",    "USING", "LIMIT", "HAVING", "RETURNING"};
constexpr std::string_view kVerbs[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"};

template <class Words>
bool is_any(const SqlToken& token, const Words& words) {
  return std::any_of(std::begin(words), std::end(words), [&token](std::string_view word) {
    return !word.empty() && is_word(token, word);
  });
}

class Scanner {
 public:
  explicit Scanner(std::string_view statement) : tokens_(statement) {
    window_[1] = tokens_.next();
    window_[2] = tokens_.next();
  }

  void scan() {
    for (size_t i = 0; i < kMaxTokens && at().kind != Kind::kEnd; ++i) step();
  }
  std::string_view verb() const { return verb_; }
  /// The first table outside of all parentheses: what INSERT, UPDATE and DELETE are about.
  const std::string& target() const { return target_; }
  std::vector<std::string> tables() const {
    std::vector<std::string> tables = tables_;
    std::erase_if(tables, [this](const std::string& table) {
      return std::find(local_names_.begin(), local_names_.end(), table) != local_names_.end();
    });
    return tables;
  }

 private:
  const SqlToken& before() const { return window_[0]; }
  const SqlToken& at() const { return window_[1]; }
  const SqlToken& after() const { return window_[2]; }
  bool sign(const SqlToken& token, char c) const {
    return token.kind == Kind::kSign && token.text[0] == c;
  }

  void advance() {
    window_[0] = window_[1];
    window_[1] = window_[2];
    window_[2] = tokens_.next();
  }

  void step() {
    if (sign(at(), '(')) {
      if (is_any(before(), kFromInside)) function_depth_ = depth_ + 1;
      ++depth_;
    } else if (sign(at(), ')')) {
      if (depth_ == function_depth_) function_depth_ = 0;
      if (depth_ > 0) --depth_;
    } else if (at().kind == Kind::kWord) {
      take_word();
    }
    if (list_ && sign(at(), ',') && depth_ == list_depth_) {
      advance();
      take_name();
      return;
    }
    advance();
  }

  void take_word() {
    if (verb_.empty() && depth_ == 0) {
      for (const std::string_view verb : kVerbs)
        if (is_word(at(), verb)) verb_ = verb;
    }
    // WITH name AS ( ... ): not a table.
    if (is_word(at(), "AS") && sign(after(), '(') && local_names_.size() < kMaxTableCount)
      local_names_.emplace_back(before().text);
    if (is_any(at(), kListEnds)) list_ = false;
    for (const Introducer& introducer : kIntroducers) {
      if (!is_word(at(), introducer.word) || is_any(before(), introducer.not_after)) continue;
      if (function_depth_ != 0 && depth_ >= function_depth_) return;
      list_ = introducer.list;
      list_depth_ = depth_;
      while (is_any(after(), kPassedOver)) advance();
      const bool has_functions = introducer.word == "FROM" || introducer.word == "JOIN";
      take_name(after(), has_functions ? Names::kTableOrFunction : Names::kTable);
      return;
    }
  }

  void take_name() {
    while (is_any(at(), kPassedOver)) advance();
    take_name(at(), Names::kTableOrFunction);
  }

  /// What a name can be where it stands.
  enum class Names : uint8_t { kTable, kTableOrFunction };
  /// The name that begins with `token`, which is at() or after().
  void take_name(const SqlToken& token, Names names) {
    if ((token.kind != Kind::kWord && token.kind != Kind::kName) || is_any(token, kNoTables))
      return;
    std::string name(token.text);
    if (&token == &window_[2]) advance();
    while (sign(after(), '.')) {
      advance();
      name += '.';
      name += after().text;
      advance();
    }
    if (sign(after(), '(') && names == Names::kTableOrFunction &&
        name.find('.') == std::string::npos)
      return;  // a function's result
    if (depth_ == 0 && target_.empty()) target_ = name;
    if (tables_.size() < kMaxTableCount &&
        std::find(tables_.begin(), tables_.end(), name) == tables_.end())
      tables_.push_back(std::move(name));
  }

  SqlTokens tokens_;
  SqlToken window_[3];
  size_t depth_ = 0;
  size_t function_depth_ = 0;  ///< inside EXTRACT( and the like; 0: not
  size_t list_depth_ = 0;
  bool list_ = false;
  std::string_view verb_;
  std::string target_;
  std::vector<std::string> tables_;
  std::vector<std::string> local_names_;
};

/// On one line, without blanks to spare.
std::string squeeze(std::string_view statement, size_t limit) {
  std::string out;
  for (const char c : statement) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (blank && (out.empty() || out.back() == ' ')) continue;
    if (out.size() == limit) return out + "...";
    out += blank ? ' ' : c;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ';')) out.pop_back();
  return out;
}

std::string abbreviate(std::string_view statement, const Scanner& scanner,
                       const std::vector<std::string>& tables) {
  const std::string_view verb = scanner.verb();
  if (verb == "SELECT" && !tables.empty()) return "SELECT ... FROM " + join_tables(tables);
  if (!scanner.target().empty()) {
    if (verb == "INSERT") return "INSERT INTO " + scanner.target();
    if (verb == "UPDATE") return "UPDATE " + scanner.target();
    if (verb == "DELETE") return "DELETE FROM " + scanner.target();
  }
  return squeeze(statement, 80);
}

}  // namespace

std::string join_tables(const std::vector<std::string>& tables) {
  std::string out;
  for (const std::string& table : tables) {
    if (!out.empty()) out += ", ";
    out += table;
  }
  out.resize(std::min(out.size(), kMaxTables));
  return out;
}

SqlSummary summarize_sql(std::string_view statement) {
  statement = statement.substr(0, kMaxStatement);
  Scanner scanner(statement);
  scanner.scan();
  SqlSummary summary;
  summary.tables = scanner.tables();
  summary.what = abbreviate(statement, scanner, summary.tables);
  summary.what.resize(std::min(summary.what.size(), kMaxWhat));
  return summary;
}

}  // namespace weft::protocol
