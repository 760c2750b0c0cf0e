/// Which functions a user means: `weft trace FILE 'PATTERN'...`
///
///   query             functions of that name, in any namespace or class
///   db::Pool::query   this one; db::* all of db and what is in it (* any text, ? any character)
///   file:pool.cc      functions that begin in a file whose path ends like this
///   lib:libpq.so*     functions of a library or program, by the name of its file
#pragma once

#include <string>
#include <string_view>

namespace weft::spans {

class NamePattern {
 public:
  explicit NamePattern(std::string_view text);

  enum class About : unsigned char { kName, kFile, kLibrary };
  About about() const { return about_; }
  const std::string& text() const { return text_; }

  /// `name`: without arguments, "db::Pool::query".
  bool matches_name(std::string_view name) const;
  bool matches_file(std::string_view path) const;
  bool matches_library(std::string_view path) const;

 private:
  std::string text_, pattern_;
  About about_ = About::kName;
};

}  // namespace weft::spans
