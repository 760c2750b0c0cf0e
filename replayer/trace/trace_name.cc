#include "replayer/trace/trace_name.h"

#include <unistd.h>

#include <charconv>

namespace weft::trace {

TraceName parse_trace_name(const std::string& name) {
  const size_t at = name.rfind('@');
  if (at == std::string::npos || ::access(name.c_str(), F_OK) == 0) return {name, 0};
  TraceName parsed{name.substr(0, at), 0};
  const char* end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data() + at + 1, end, parsed.process);
  return error == std::errc() && last == end ? parsed : TraceName{name, 0};
}

std::string process_of_trace(const std::string& name, uint32_t process) {
  return parse_trace_name(name).file + "@" + std::to_string(process);
}

std::string name_of_process(const std::string& name, uint32_t process) {
  const std::string file = parse_trace_name(name).file;
  return process == 0 ? file : file + "@" + std::to_string(process);
}

}  // namespace weft::trace
