#include "debugger/lldb/values/program_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace weft::source {
namespace {

constexpr size_t kLongestTemplate = 12;
constexpr std::string_view kAnonymous = "(anonymous namespace)";
constexpr std::string_view kOperator = "operator";

struct LibraryRow {
  std::string_view path;
  const char* name;
};
/// By what stands in the paths of their headers.
constexpr std::array<LibraryRow, 8> kLibraries = {{
    {"/boost/asio", "Boost.Asio"},
    {"/boost/beast", "Boost.Beast"},
    {"/boost/context", "Boost.Context"},
    {"/boost/fiber", "Boost.Fiber"},
    {"/boost/", "Boost"},
    {"/asio/", "Asio"},
    {"/fmt/", "fmt"},
    {"/c++/", "the C++ library"},
}};

/// The longer ones first.
constexpr std::array<std::string_view, 39> kOperators = {
    "<=>", "->*", "<<=", ">>=", "()", "[]", "<<", ">>", "<=", ">=", "==", "!=", "&&",
    "||",  "+=",  "-=",  "*=",  "/=", "%=", "^=", "&=", "|=", "++", "--", "->", "<",
    ">",   "=",   "+",   "-",   "*",  "/",  "%",  "^",  "&",  "|",  "~",  "!",  ","};

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Where the bracket that opens `text` is closed again; npos: nowhere.
size_t closing(std::string_view text, char open, char close) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return i;
  }
  return std::string_view::npos;
}

/// The end of template arguments that begin with `text`: neither "->" nor "operator>" closes them.
size_t template_end(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-' && text.substr(i, 2) == "->") {
      ++i;
    } else if (text[i] == '<') {
      ++depth;
    } else if (text[i] == '>' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// "operator()", "operator new[]", "operator unsigned long": `text` begins with it.
std::string_view operator_name(std::string_view text) {
  std::string_view rest = text.substr(kOperator.size());
  if (rest.starts_with(' ') || rest.starts_with('"'))  // conversions, new, co_await, literals
    return text.substr(0, text.find('('));
  for (const std::string_view name : kOperators) {
    if (rest.starts_with(name)) return text.substr(0, kOperator.size() + name.size());
  }
  return text.substr(0, kOperator.size());
}

/// How long the qualifiers of a function are that `text` begins with.
size_t qualifiers(std::string_view text) {
  size_t length = 0;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view one : {" const", " volatile", " &&", " &", " noexcept"}) {
      if (!text.substr(length).starts_with(one)) continue;
      length += one.size();
      more = true;
    }
  }
  return length;
}

/// "total_1_2" -> "total": two numbers after underscores.
std::string without_scope(const std::string& name) {
  size_t end = name.size();
  for (int number = 0; number < 2; ++number) {
    const size_t digits = name.find_last_not_of("0123456789", end - 1);
    if (digits == std::string::npos || digits + 1 == end || digits == 0 || name[digits] != '_')
      return name;
    end = digits;
  }
  return name.substr(0, end);
}

/// Reads a demangled name from its front to its parameters.
class NameReader {
 public:
  explicit NameReader(std::string_view name) : rest_(name) {}

  std::string read() {
    while (!rest_.empty() && next()) {
    }
    // The function of a lambda is the lambda.
    constexpr std::string_view kCall = "::operator()", kLambdasCall = "{lambda}::operator()";
    for (size_t at = out_.find(kLambdasCall); at != std::string::npos;
         at = out_.find(kLambdasCall, at + 1)) {
      const size_t end = at + kLambdasCall.size();
      if (end == out_.size() || out_[end] == ':') out_.erase(end - kCall.size(), kCall.size());
    }
    return out_.starts_with("::") ? out_.substr(2) : out_;
  }

 private:
  /// False at the end of what is shown.
  bool next() {
    const char before = out_.empty() ? ' ' : out_.back();
    if (rest_.starts_with(kAnonymous)) return take(kAnonymous.size());
    if (rest_.starts_with(kOperator) && !is_word(before) &&
        (rest_.size() == kOperator.size() || !is_word(rest_[kOperator.size()]))) {
      return take(operator_name(rest_).size());
    }
    if (rest_.starts_with("'lambda")) return lambda(rest_.find('\'', 1));
    if (rest_.starts_with("{lambda(")) return lambda(closing(rest_, '{', '}'));
    if (rest_[0] == '<') return template_arguments();
    if (rest_[0] == '(') return parameters();
    if (rest_[0] == ' ') return blank();
    return take(1);
  }

  bool take(size_t count) {
    out_ += rest_.substr(0, count);
    rest_.remove_prefix(std::min(count, rest_.size()));
    return true;
  }
  bool skip(size_t count) {
    rest_.remove_prefix(std::min(count, rest_.size()));
    return true;
  }

  bool lambda(size_t end) {
    if (end == std::string_view::npos) return take(rest_.size());
    out_ += "{lambda}";
    return skip(end + 1);
  }

  bool template_arguments() {
    const size_t end = template_end(rest_);
    if (end == std::string_view::npos) return false;
    if (end - 1 > kLongestTemplate) {
      out_ += "<...>";
      return skip(end + 1);
    }
    return take(end + 1);
  }

  /// What is declared inside of a function has its name after them: "run(int)::Local::f()".
  bool parameters() {
    const size_t end = closing(rest_, '(', ')');
    if (end == std::string_view::npos) return false;
    if (out_.ends_with("decltype")) return skip(end + 1);  // a return type
    const size_t after = end + 1 + qualifiers(rest_.substr(end + 1));
    return rest_.substr(after).starts_with("::") && skip(after);
  }

  /// After a return type, and after the words of the compiler's own functions ("virtual thunk to").
  bool blank() {
    if (rest_.starts_with(" [clone") || rest_.starts_with(" (.")) return false;
    if (!rest_.starts_with(" <")) out_.clear();  // "operator< <int>"
    return skip(1);
  }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

std::string short_function_name(const std::string& name) {
  return NameReader(name).read();
}

std::string with_scopes(const std::string& name, const std::string& symbol) {
  const bool is_lambda = name == "operator()" && symbol.ends_with("::{lambda}");
  return is_lambda || (!name.empty() && symbol.ends_with("::" + name)) ? symbol : name;
}

namespace {

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Takes "::" off the name that ends at `end`, if it is the name's beginning.
void drop_leading_scope(std::string& text, size_t end) {
  size_t begin = end;
  while (begin > 0 && (is_name(text[begin - 1]) || text[begin - 1] == ':')) --begin;
  if (text.compare(begin, 2, "::") == 0) text.erase(begin, 2);
}

/// "(_Z4leafi.Frame *)" at `open`: how long it is; 0: it is something else.
size_t frame_type_length(const std::string& text, size_t open) {
  constexpr std::string_view kEnd = ".Frame *)";
  size_t at = open + 1;
  if (text.compare(at, 2, "_Z") != 0) return 0;
  while (at < text.size() && is_name(text[at])) ++at;
  return text.compare(at, kEnd.size(), kEnd) == 0 ? at + kEnd.size() - open : 0;
}

}  // namespace

std::string without_frame_arguments(std::string text) {
  for (size_t open = text.find('('); open != std::string::npos; open = text.find('(', open + 1)) {
    if (open == 0 || !is_name(text[open - 1])) continue;
    const size_t length = frame_type_length(text, open);
    if (length == 0) continue;
    text.erase(open, length);
    drop_leading_scope(text, open);
    open = open > 2 ? open - 3 : 0;
  }
  constexpr std::string_view kArgument = "(frame_ptr=0x";
  for (size_t open = text.find(kArgument); open != std::string::npos;
       open = text.find(kArgument, open)) {
    const size_t end = text.find_first_not_of("0123456789abcdef", open + kArgument.size());
    if (end == std::string::npos) break;
    const bool alone = text[end] == ')';
    text.erase(alone ? open : open + 1, alone ? end + 1 - open : end + 1 - open);
  }
  return text;
}

std::string frame_member_name(const std::string& name) {
  // Flags and pointers of the coroutine itself; awaiters; temporaries.
  constexpr std::array kAdded = {"_Coro", "__", "Is_", "Fs_", "Aw", "D.", "_D", "Yd"};
  for (const char* prefix : kAdded) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(2);
    const bool named_by_user =
        std::string_view(prefix) == "Aw" && (rest.empty() || rest[0] < '0' || rest[0] > '9');
    if (!named_by_user) return "";
  }
  return without_scope(name);
}

CoroutinePart coroutine_part(std::string_view symbol) {
  for (const char* body : {".actor", ".resume"}) {
    if (symbol.find(body) != std::string_view::npos) return CoroutinePart::kBody;
  }
  for (const char* other : {".destroy", ".cleanup"}) {
    if (symbol.find(other) != std::string_view::npos) return CoroutinePart::kOther;
  }
  return CoroutinePart::kCalled;
}

std::string library_name(const std::string& folder, const std::string& module) {
  for (const LibraryRow& row : kLibraries) {
    if ((folder + "/").find(row.path) != std::string::npos) return row.name;
  }
  return module;
}

}  // namespace weft::source
