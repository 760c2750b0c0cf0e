/// The JSON blocks of the page: columns of numbers, texts kept once, and a form that is safe inside
/// of HTML.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "debugger/analysis/questions/analysis.h"

namespace weft::page {

using namespace analysis;  // the page speaks of nothing else
using Json = nlohmann::ordered_json;

/// ASCII, and no character that means anything to an HTML parser: < > & and everything beyond ASCII
/// are escaped as \uXXXX. Bytes that are not UTF-8 become U+FFFD.
std::string embedded(const Json& json);

/// As text of an HTML element.
std::string html_text(std::string_view text);

/// Texts of a block, each once. Number 0 is the empty text.
class Strings {
 public:
  Strings() { add(""); }
  uint32_t add(const std::string& text);
  Json json() const { return texts_; }

 private:
  Json texts_ = Json::array();
  std::unordered_map<std::string, uint32_t> numbers_;
};

/// Times of the page: microseconds with one decimal, since a moment.
class Clock {
 public:
  Clock(const Analysis& analysis, Ticks origin) : analysis_(analysis), origin_(origin) {}
  /// The page's own beginning: the start of the recording.
  explicit Clock(const Analysis& analysis) : Clock(analysis, analysis.info().start()) {}

  double at(Ticks time) const {
    return time >= origin_ ? length(time - origin_) : -length(origin_ - time);
  }
  double length(Ticks ticks) const;

 private:
  const Analysis& analysis_;
  Ticks origin_;
};

/// An event's number, or null.
inline Json event_json(EventIndex event) {
  return event == kNone ? Json() : Json(event);
}

/// A text of several lines, made fit line by line.
std::string lines_text(std::string_view text);

}  // namespace weft::page
