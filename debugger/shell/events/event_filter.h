/// The language of `break-event` and `events --where`: which events?
///
///   filter     = or | WORD { WORD } "where" or
///                ("task cancelled where ..." is "task-cancelled && (...)")
///   or         = and { "||" and }
///   and        = not { "&&" not }
///   not        = "!" not | "(" or ")" | comparison | WORD
///   comparison = FIELD ("==" | "!=" | "<" | "<=" | ">" | ">=") VALUE | FIELD "~" REGEX
///   VALUE      = number | WORD | "text"        REGEX = "text" or WORD, POSIX extended
///
///   read                              calls of that name, or events of that kind
///   call == read && fd == 7 && result < 0
///   write && bytes ~ "SET key:[0-9]+"
///   thread == 2 && (signal || fault)
///   task-cancelled && task ~ get_response          see filter_context.h
///
/// A comparison of something that an event does not have is false, whatever the operator.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replayer/trace/event_view.h"
#include "weft/base/result.h"

namespace weft::shell {

using trace::EventIndex;

/// What a field of an event is: a number, a text, or bytes (a text too).
struct FieldValue {
  std::optional<int64_t> number;
  std::optional<std::string> text;
};
inline FieldValue number_value(uint64_t value) {
  return {static_cast<int64_t>(value), std::nullopt};
}
inline FieldValue text_value(std::string value) {
  return {std::nullopt, std::move(value)};
}

/// Reads one field of an event; nothing if the event has none.
using Field =
    std::function<std::optional<FieldValue>(EventIndex index, const trace::EventView& event)>;

/// What the filter knows besides the event itself: its task, its request, where in the source. Its
/// fields go before those of the event itself.
class FilterContext {
 public:
  virtual ~FilterContext() = default;
  /// Null if there is no field of that name. The context must outlive what it returned.
  virtual Field field(std::string_view name) const = 0;
  virtual std::vector<std::string> field_names() const = 0;
};

class EventFilter {
 public:
  /// An error says what is wrong, and where.
  static Result<EventFilter> parse(std::string_view text, const FilterContext* context = nullptr);

  bool takes(EventIndex index, const trace::EventView& event) const { return test_(index, event); }
  const std::string& text() const { return text_; }

  using Test = std::function<bool(EventIndex index, const trace::EventView& event)>;

 private:
  EventFilter(std::string text, Test test) : text_(std::move(text)), test_(std::move(test)) {}
  std::string text_;
  Test test_;
};

/// The names of all fields of events themselves, for help and completion.
std::vector<std::string> event_field_names();
/// A field of the event itself; null if there is none of that name.
Field event_field(std::string_view name);
/// Takes the events of a kind, a call, or a hook; null if there is none of that name.
EventFilter::Test event_named(std::string_view name);

}  // namespace weft::shell
