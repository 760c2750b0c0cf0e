#include "debugger/analysis/model/redaction.h"

#include <algorithm>

namespace weft::analysis {

namespace {

constexpr size_t kMostLettersOfAWord = 20;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
/// Of an identifier: what follows it is no literal.
bool is_in_name(char c) {
  return is_letter(c) || is_digit(c);
}

/// A word of a language, not an identifier of something.
bool is_plain_word(std::string_view text) {
  return !text.empty() && text.size() <= kMostLettersOfAWord &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || c == '-'; });
}

/// Where the literal that begins at `at` ends: 'it''s', E'it\'s', $tag$...$tag$. To the end if it
/// does not.
size_t end_of_string(std::string_view sql, size_t at) {
  if (sql[at] == '$') {
    const size_t tag = sql.find('$', at + 1);
    if (tag == std::string_view::npos) return sql.size();
    const size_t end = sql.find(sql.substr(at, tag - at + 1), tag + 1);
    return end == std::string_view::npos ? sql.size() : end + (tag - at + 1);
  }
  const bool escapes =
      at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at == 1 || !is_in_name(sql[at - 2]));
  for (size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == '\'') {
      if (i + 1 >= sql.size() || sql[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return sql.size();
}

size_t end_of_number(std::string_view sql, size_t at) {
  const auto goes_on = [](char c) { return is_in_name(c) || c == '.'; };
  while (at < sql.size() && goes_on(sql[at])) ++at;
  return at;
}

/// Where a comment that begins at `at` ends; `at` if none does. Comments in C's form may be nested.
size_t end_of_comment(std::string_view sql, size_t at) {
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) return std::min(sql.find('\n', at), sql.size());
  if (!rest.starts_with("/*")) return at;
  size_t depth = 1;
  for (at += 2; at < sql.size() && depth > 0;) {
    const std::string_view two = sql.substr(at, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    at += two == "/*" || two == "*/" ? 2 : 1;
  }
  return at;
}

/// "GET /cart/7?x=1" -> "GET /cart/*?*"
std::string http_shape(std::string_view what) {
  const size_t blank = what.find(' ');
  const std::string_view method = what.substr(0, blank);
  if (!is_plain_word(method)) return std::string(kRedacted);
  std::string shape(method);
  if (blank == std::string_view::npos) return shape;
  const std::string_view target = what.substr(blank + 1);
  const size_t query = target.find('?');
  const std::string_view path = target.substr(0, query);
  if (!path.starts_with('/')) return shape + " *";
  const size_t second = path.find('/', 1);
  const std::string_view first =
      path.substr(1, second == std::string_view::npos ? second : second - 1);
  shape += " /";
  if (!first.empty()) shape += is_plain_word(first) ? first : kRedacted;
  if (second != std::string_view::npos) shape += "/*";
  if (query != std::string_view::npos) shape += "?*";
  return shape;
}

}  // namespace

std::string sql_shape(std::string_view sql) {
  std::string shape;
  for (size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    const char before = at > 0 ? sql[at - 1] : ' ';
    const bool in_word = is_in_name(before);
    if (const size_t end = end_of_comment(sql, at); end > at) {
      at = end;
    } else if (c == '"') {  // a name
      const size_t end_of_name = std::min(sql.find('"', at + 1), sql.size() - 1);
      shape += sql.substr(at, end_of_name + 1 - at);
      at = end_of_name + 1;
    } else if (c == '\'' ||
               (c == '$' && !in_word && at + 1 < sql.size() && !is_digit(sql[at + 1]))) {
      at = end_of_string(sql, at);
      shape += '?';
    } else if (c == '$') {  // a parameter: its value is elsewhere
      do shape += sql[at++];
      while (at < sql.size() && is_digit(sql[at]));
    } else if (is_digit(c) && !in_word) {
      at = end_of_number(sql, at);
      shape += '?';
    } else {
      shape += c;
      ++at;
    }
  }
  return shape;
}

std::string question_shape(std::string_view protocol, std::string_view what) {
  if (what.empty()) return {};
  if (protocol == "http") return http_shape(what);
  const bool sql = protocol == "postgres" || protocol == "mysql";
  if (sql && what.starts_with("connect ")) return "connect *";
  // In MySQL's SQL, quotes and backslashes mean other things.
  if (sql && (protocol == "postgres" || what.find_first_of("'\"\\#") == std::string_view::npos))
    return sql_shape(what);
  const size_t blank = what.find(' ');
  const std::string_view first = what.substr(0, blank);
  std::string shape(is_plain_word(first) ? first : kRedacted);
  if (blank != std::string_view::npos) shape += " *";
  return shape;
}

std::string answer_shape(std::string_view protocol, std::string_view outcome) {
  if (outcome.empty()) return {};
  if (protocol == "http" && is_digit(outcome[0])) return std::string(outcome.substr(0, 3));
  if (protocol == "mysql") {
    if (outcome.starts_with("ERROR ")) return "ERROR *";
    return outcome.starts_with("OK") || is_digit(outcome[0]) ? std::string(outcome)
                                                             : std::string(kRedacted);
  }
  const bool sql = protocol == "postgres";
  const size_t blank = outcome.find(' ');
  const std::string_view first = outcome.substr(0, blank);
  // "SELECT 3", "INSERT 0 1"; of an error its severity and code.
  if (sql && is_plain_word(first)) {
    const std::string_view rest = blank == std::string_view::npos ? "" : outcome.substr(blank);
    const bool counts = std::ranges::all_of(rest, [](char c) { return is_digit(c) || c == ' '; });
    return std::string(first) + (counts ? std::string(rest) : " *");
  }
  if (first == "OK" || first == "nil" || outcome == "true" || outcome == "false")
    return std::string(first);
  return std::string(kRedacted);
}

void redact(Model& model) {
  StringTable& strings = model.strings;
  const StringIndex gone = strings.add(kRedacted);
  const auto replace = [gone](StringIndex& text) {
    if (text != kNone) text = gone;
  };
  for (const ExchangeIndex i : model.exchanges.numbers()) {
    Exchange& exchange = model.exchanges[i];
    const std::string protocol(strings[model.connections[exchange.connection].protocol]);
    exchange.what = strings.add(question_shape(protocol, strings[exchange.what]));
    exchange.outcome = strings.add(answer_shape(protocol, strings[exchange.outcome]));
    // Only PostgreSQL's rules of quoting are known here. A connection whose protocol was given up
    // may have been MySQL's.
    if (protocol == "postgres" || exchange.texts == kNone) continue;
    ExchangeTexts& texts = model.exchange_texts[exchange.texts];
    if (model.strings[texts.statement].find_first_of("'\"\\#") != std::string_view::npos)
      replace(texts.tables);
    replace(texts.statement);
  }
  for (const ExchangeTextsIndex i : model.exchange_texts.numbers()) {
    ExchangeTexts& texts = model.exchange_texts[i];
    texts.statement = strings.add(sql_shape(strings[texts.statement]));
    texts.traceparent = kNone;
  }
  for (const auto i : model.connections.numbers()) model.connections[i].peer = kNone;
  for (const auto i : model.notes.numbers()) replace(model.notes[i].value);
  for (const RequestIndex i : model.requests.numbers()) {
    Request& request = model.requests[i];
    request.traceparent = kNone;
    if (request.name == kNone) continue;
    const std::string name(strings[request.name]);
    request.name = request.exchange != kNone && request.kind == RequestKind::kExchange
                       ? model.exchanges[request.exchange].what
                   : name.find(" /") != std::string::npos ? strings.add(http_shape(name))
                                                          : gone;
  }
  for (const TaskIndex i : model.tasks.numbers()) {
    Task& task = model.tasks[i];
    task.name = kNone;
    if (strings[task.what].find(' ') != std::string_view::npos) task.what = gone;
  }
}

}  // namespace weft::analysis
