/// Lines of source around the places that the page shows, read from the files as they are now.
///
/// A trace names the files and says nothing of what is in them. So a file is left out if it changed
/// after the recording; and since a trace may come from anybody, only files that are named like
/// source code are opened.
#pragma once

#include <map>
#include <set>
#include <string>

#include "debugger/page/json_block.h"

namespace weft::page {

class SourceLines {
 public:
  /// `recorded_ns`: the wall clock at the start of the recording. `redact`: no file is read.
  SourceLines(int64_t recorded_ns, bool redact) : recorded_ns_(recorded_ns), redact_(redact) {}

  /// The page shows this place.
  void want(const std::string& file, uint32_t line);
  /// {"FILE": {"state": "read", "lines": {"12": "text"}}}; other states: changed, missing, redacted.
  Json json() const;

 private:
  Json file_json(const std::string& path, const std::set<uint32_t>& places) const;

  int64_t recorded_ns_;
  bool redact_;
  std::map<std::string, std::set<uint32_t>> wanted_;
};

}  // namespace weft::page
