#include "debugger/spans/rust_names.h"

#include <algorithm>
#include <utility>

namespace weft::spans {
namespace {

/// rustc_symbol_mangling/src/legacy.rs
constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
    {"$SP$", "@"},  {"$BP$", "*"},   {"$RF$", "&"},  {"$LT$", "<"},  {"$GT$", ">"},
    {"$LP$", "("},  {"$RP$", ")"},   {"$C$", ","},   {"$u20$", " "}, {"$u27$", "'"},
    {"$u5b$", "["}, {"$u5d$", "]"},  {"$u7b$", "{"}, {"$u7d$", "}"}, {"$u7e$", "~"},
    {"$u2b$", "+"}, {"$u22$", "\""}, {"$u3b$", ";"}, {"..", "::"}};
constexpr std::string_view kHash = "::h";
constexpr size_t kHashDigits = 16;

bool ends_with_hash(std::string_view name) {
  if (name.size() < kHash.size() + kHashDigits) return false;
  const std::string_view end = name.substr(name.size() - kHash.size() - kHashDigits);
  return end.starts_with(kHash) &&
         end.substr(kHash.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string rust_name(std::string_view demangled) {
  if (!ends_with_hash(demangled)) return "";
  std::string_view rest = demangled.substr(0, demangled.size() - kHash.size() - kHashDigits);
  std::string name;
  while (!rest.empty()) {
    // An identifier that would begin with an escape begins with an underscore.
    const bool is_first = name.empty() || name.ends_with("::");
    if (is_first && rest.starts_with("_$")) rest.remove_prefix(1);
    const auto escape = std::find_if(std::begin(kEscapes), std::end(kEscapes),
                                     [rest](auto& row) { return rest.starts_with(row.first); });
    const bool found = escape != std::end(kEscapes);
    name += found ? escape->second : rest.substr(0, 1);
    rest.remove_prefix(found ? escape->first.size() : 1);
  }
  return name;
}

}  // namespace weft::spans
