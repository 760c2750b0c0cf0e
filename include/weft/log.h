/// Log lines that carry the trace ID of the task that writes them. Include it after the logger's
/// own headers; it has something for each of those that it finds.
///
///   fmt, std::format   fmt::print("{} checkout failed\n", weft::traceparent());
///                      "{:t}" the trace ID alone; "-" for both in a program that is not recorded
///   spdlog             auto formatter = std::make_unique<spdlog::pattern_formatter>();
///                      formatter->add_flag<weft::TraceIdFlag>('*').set_pattern("%T %* %v");
///                      spdlog::set_formatter(std::move(formatter));
///   iostreams          std::cerr << weft::traceparent() << " checkout failed\n";
///
/// An asynchronous logger formats on a thread of its own, where another task is current (or none):
/// there, put the ID into the message.
#pragma once

#include "weft/async.h"

#if __has_include(<version>)
#include <version>
#endif

namespace weft {

inline std::string_view or_dash(std::string_view text) noexcept {
  return text.empty() ? "-" : text;
}

template <class Stream>
auto operator<<(Stream& stream, const TraceParent& parent)
    -> decltype(stream.write("", 0), static_cast<Stream&>(stream)) {
  const std::string_view text = or_dash(parent.view());
  stream.write(text.data(), static_cast<long>(text.size()));
  return stream;
}

/// What fmt's and the standard's formatter share: "{}" or "{:t}".
class TraceParentFormat {
 public:
  template <class ParseContext>
  constexpr auto parse(ParseContext& context) {
    auto at = context.begin();
    if (at != context.end() && *at == 't') {
      only_id_ = true;
      ++at;
    }
    return at;
  }
  template <class Context>
  auto format(const TraceParent& parent, Context& context) const {
    auto out = context.out();
    for (const char c : or_dash(only_id_ ? parent.trace_id() : parent.view())) *out++ = c;
    return out;
  }

 private:
  bool only_id_ = false;
};

}  // namespace weft

#ifdef FMT_VERSION
template <>
struct fmt::formatter<weft::TraceParent> : weft::TraceParentFormat {};
#endif

#if defined(__cpp_lib_format) && __has_include(<format>)
#include <format>
template <>
struct std::formatter<weft::TraceParent> : weft::TraceParentFormat {};
#endif

#ifdef SPDLOG_VERSION
#include <spdlog/pattern_formatter.h>

#include <memory>

namespace weft {

/// A pattern flag: the trace ID of the current task.
class TraceIdFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg&, const std::tm&, spdlog::memory_buf_t& out) override {
    const TraceParent parent = traceparent();
    const std::string_view id = or_dash(parent.trace_id());
    out.append(id.data(), id.data() + id.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<TraceIdFlag>();
  }
};

}  // namespace weft
#endif
