#include "debugger/page/source_lines.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "replayer/inspect/escape.h"

namespace weft::page {

namespace {

constexpr uint32_t kAround = 4;
constexpr size_t kLongestLine = 240;
constexpr off_t kLargestFile = 4 << 20;
constexpr std::string_view kEndings[] = {".cc",  ".cpp", ".cxx", ".c",  ".h",  ".hh", ".hpp",
                                         ".hxx", ".ipp", ".inl", ".rs", ".go", ".py", ".js"};

bool is_source_name(std::string_view path) {
  return std::ranges::any_of(kEndings,
                             [path](std::string_view end) { return path.ends_with(end); });
}

/// Tabs as blanks, as most editors show them.
std::string shown_line(std::string_view line) {
  std::string text;
  for (const char c : line.substr(0, kLongestLine)) {
    if (c == '\t') {
      text.append(4, ' ');
    } else if (c != '\r') {
      text += c;
    }
  }
  return inspect::printable(text);
}

}  // namespace

void SourceLines::want(const std::string& file, uint32_t line) {
  if (!file.empty() && line > 0) wanted_[file].insert(line);
}

Json SourceLines::json() const {
  Json files = Json::object();
  for (const auto& [path, places] : wanted_)
    files[inspect::printable(path)] = file_json(path, places);
  return files;
}

Json SourceLines::file_json(const std::string& path, const std::set<uint32_t>& places) const {
  if (redact_) return {{"state", "redacted"}};
  struct stat status{};
  if (!is_source_name(path) || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size > kLargestFile)
    return {{"state", "missing"}};
  if (int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec > recorded_ns_)
    return {{"state", "changed"}};
  std::ifstream file(path);
  if (!file) return {{"state", "missing"}};
  Json lines = Json::object();
  uint32_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto place = places.lower_bound(number > kAround ? number - kAround : 1);
    if (place != places.end() && *place <= number + kAround)
      lines[std::to_string(number)] = shown_line(line);
  }
  return {{"state", "read"}, {"lines", std::move(lines)}};
}

}  // namespace weft::page
