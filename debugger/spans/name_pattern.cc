#include "debugger/spans/name_pattern.h"

#include <fnmatch.h>

namespace weft::spans {
namespace {

struct Prefix {
  std::string_view word;
  NamePattern::About about;
};
constexpr Prefix kPrefixes[] = {{"file:", NamePattern::About::kFile},
                                {"lib:", NamePattern::About::kLibrary}};

bool fits(const std::string& pattern, std::string_view text) {
  return ::fnmatch(pattern.c_str(), std::string(text).c_str(), 0) == 0;
}

/// The whole, or what follows one of its separators.
bool fits_an_end(const std::string& pattern, std::string_view text, std::string_view separator) {
  if (fits(pattern, text)) return true;
  for (size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, at + separator.size())) {
    if (fits(pattern, text.substr(at + separator.size()))) return true;
  }
  return false;
}

}  // namespace

NamePattern::NamePattern(std::string_view text) : text_(text), pattern_(text) {
  for (const Prefix& prefix : kPrefixes) {
    if (!text.starts_with(prefix.word)) continue;
    pattern_ = text.substr(prefix.word.size());
    about_ = prefix.about;
  }
}

bool NamePattern::matches_name(std::string_view name) const {
  return about_ == About::kName && fits_an_end(pattern_, name, "::");
}

bool NamePattern::matches_file(std::string_view path) const {
  return about_ == About::kFile && fits_an_end(pattern_, path, "/");
}

bool NamePattern::matches_library(std::string_view path) const {
  return about_ == About::kLibrary && fits_an_end(pattern_, path, "/");
}

}  // namespace weft::spans
