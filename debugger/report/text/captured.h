/// A report that somebody else shows: what it prints, as texts.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace weft::report {

struct Captured {
  int status = 0;       ///< as the command's exit status
  std::string text{};   ///< of stdout
  std::string error{};  ///< of stderr, without "weft: "
};

/// Options of any report: they have `out` and `error_out`.
template <class Options>
Captured captured(Options options, int (*report)(const Options&)) {
  char* said[2] = {};
  size_t sizes[2] = {};
  options.out = ::open_memstream(&said[0], &sizes[0]);
  options.error_out = ::open_memstream(&said[1], &sizes[1]);
  if (options.out == nullptr || options.error_out == nullptr) return {1, "", "out of memory"};
  Captured captured;
  captured.status = report(options);
  std::fclose(options.out);
  std::fclose(options.error_out);
  captured.text.assign(said[0], sizes[0]);
  captured.error.assign(said[1], sizes[1]);
  std::free(said[0]);
  std::free(said[1]);
  if (captured.error.starts_with("weft: ")) captured.error.erase(0, 6);
  return captured;
}

}  // namespace weft::report
