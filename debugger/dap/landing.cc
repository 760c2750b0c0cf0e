#include "debugger/dap/landing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::dap {
namespace {

/// "watchpoint 3": the words of a stop, and which one.
struct StopWords {
  const char* words;
  StopKind kind;
  const char* reason;
};
constexpr std::array kStopWords = {
    StopWords{"event breakpoint", StopKind::kEvent, "exception"},
    StopWords{"watchpoint", StopKind::kData, "data breakpoint"},
    StopWords{"breakpoint", StopKind::kSource, "breakpoint"},
};

std::optional<int> number_after(const std::string& text, std::string_view words) {
  const std::string_view rest = std::string_view(text).substr(words.size());
  if (!rest.starts_with(' ')) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

/// LLDB's breakpoints at the instruction that is next; the watchpoints of the memory just written.
std::vector<int> numbers_here(Adapter& adapter, StopKind kind) {
  std::vector<int> numbers;
  shell::SourceDebugger* source = adapter.session().loaded_source();
  if (source == nullptr) return numbers;
  if (kind == StopKind::kData) {
    const auto address = adapter.session().last_stop().address;
    for (const shell::SourceWatch& watch : source->watches()) {
      if (address - watch.address < watch.bytes) numbers.push_back(watch.id);
    }
    return numbers;
  }
  const auto here = adapter.session().here().address;
  for (const shell::SourceBreakpoint& one : source->breakpoints()) {
    if (one.addresses.count(here) != 0) numbers.push_back(one.id);
  }
  return numbers;
}

std::string event_description(Adapter& adapter) {
  const auto& events = adapter.session().events();
  const auto moment = adapter.session().moment();
  if (moment >= events.end()) return "";
  return fmt::format("event {}: {}", moment, inspect::event_text(events.at(moment)));
}

}  // namespace

Landing look_around(Adapter& adapter, const std::string& reason) {
  // LLDB's steps end at breakpoints of its own.
  shell::SourceDebugger* source = adapter.session().loaded_source();
  if (reason == "step" && source != nullptr && source->ended_a_step()) return {reason, ""};
  const std::string words = adapter.session().stop_words();
  for (const StopWords& row : kStopWords) {
    if (!words.starts_with(row.words)) continue;
    Landing landing{row.reason, words};
    std::vector<int> numbers = numbers_here(adapter, row.kind);
    if (const auto number = number_after(words, row.words)) numbers = {*number};
    for (const int number : numbers) {
      ClientStop* stop = adapter.stops.find(row.kind, number);
      if (stop != nullptr && std::ranges::count(landing.hits, stop) == 0)
        landing.hits.push_back(stop);
    }
    if (row.kind == StopKind::kEvent) landing.description = event_description(adapter);
    return landing;
  }
  switch (adapter.session().last_stop().kind) {
    case process::StopKind::kInterrupted:
      return {"pause", "interrupted"};
    case process::StopKind::kSignal:
      return {"exception", words};
    case process::StopKind::kEnd:
      return {"end of the recording", words};
    default:
      break;
  }
  if (words == "start of the recording" && reason == "pause") return {words, words};
  return {reason, reason == "step" ? "" : words};
}

std::string log_text(shell::SourceDebugger* source, const std::string& message) {
  std::string text;
  for (size_t at = 0; at < message.size();) {
    const size_t open = message.find('{', at);
    const size_t close = open == std::string::npos ? open : message.find('}', open);
    if (close == std::string::npos) return text + message.substr(at);
    text += message.substr(at, open - at);
    const std::string expression = message.substr(open + 1, close - open - 1);
    if (source == nullptr) {
      text += "{" + expression + "}";
    } else {
      const auto value = source->values().evaluate(source->selected_frame_number(), expression);
      text += value.error.empty() ? value.value : "<" + value.error + ">";
    }
    at = close + 1;
  }
  return text;
}

bool wants_stop(Adapter& adapter, const Landing& landing) {
  if (landing.hits.empty()) return true;
  bool stops = false;
  for (ClientStop* hit : landing.hits) {
    ++hit->hits;
    if (!hit->hit_condition.holds(hit->hits)) continue;
    if (hit->log.empty()) {
      stops = true;
    } else {
      adapter.client.say(log_text(adapter.session().source(), hit->log) + "\n", "console");
    }
  }
  return stops;
}

}  // namespace weft::dap
