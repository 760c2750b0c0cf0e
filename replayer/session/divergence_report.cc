#include "replayer/session/divergence_report.h"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <optional>
#include <set>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/session/call_text.h"
#include "replayer/session/module_map.h"
#include "replayer/session/symbolizer.h"
#include "replayer/trace/event_view.h"
#include "weft/base/shell_word.h"
#include "weft/trace/event.h"

namespace weft::session {
namespace {

constexpr size_t kFrames = 8;
constexpr size_t kEventsBefore = 10;

struct IndexedEvent {
  trace::EventIndex index;
  trace::EventView event;
};

/// The last events of a thread in `log`, oldest first.
std::deque<IndexedEvent> last_events(std::span<const std::byte> log, uint32_t thread) {
  std::deque<IndexedEvent> last;
  for (trace::EventCursor at(log); !at.done(); at.next()) {
    if (at.event().header().thread != thread) continue;
    last.push_back({at.index(), at.event()});
    if (last.size() > kEventsBefore) last.pop_front();
  }
  return last;
}

/// Notes of what may have made the difference (trace::kSuspect).
std::vector<std::string> suspects(std::span<const std::byte> log) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (trace::EventCursor at(log); !at.done(); at.next()) {
    const trace::EventView event = at.event();
    const bool suspect = (event.header().flags & trace::kSuspect) != 0;
    if (event.kind() != trace::EventKind::kUnusual || !suspect) continue;
    const std::string text = inspect::printable(event.text());
    if (seen.insert(text).second)
      found.push_back(fmt::format("event {}  {}", at.index().value(), text));
  }
  return found;
}

std::string expected_text(const std::optional<trace::EventView>& expected, uint32_t thread,
                          const Symbolizer& symbols) {
  if (!expected) return "the end of the recording";
  std::string text = inspect::event_text(*expected);
  if (expected->header().thread != thread) {
    text += fmt::format(" in thread {}", expected->header().thread);
  }
  if (trace::is_call(expected->header().kind)) {
    text += "  at " + symbols.describe(expected->site());
  }
  return text;
}

std::string pages_text(const channel::MemoryDifference& memory, const ModuleMap& modules) {
  const std::string place = modules.describe(memory.address);
  const std::string number = fmt::format("{:#x}", memory.address);
  return fmt::format(
      "{} at {}{}",
      memory.pages == 1 ? "the page" : fmt::format("one of the {} pages", memory.pages), number,
      place == number ? "" : fmt::format(" ({})", place));
}

/// What is known of memory that differs; empty: nothing.
std::string memory_text(const channel::MemoryDifference& memory, const ModuleMap& modules) {
  if (memory.address == 0) return "";
  std::string text = pages_text(memory, modules);
  if (memory.passes != 0) {
    return text +
           fmt::format(" differed when the thread came past with the recorded registers ({})",
                       memory.passes == 1 ? "once" : fmt::format("{} times", memory.passes));
  }
  if (memory.others != 0) text += fmt::format(" and {} more", memory.others);
  text += memory.others != 0 ? " differ" : " differs";
  if (memory.since == 0) return text + "; memory was not compared before";
  return text +
         fmt::format("; all memory that was compared at event {} was as recorded", memory.since);
}

}  // namespace

DivergenceReport describe_divergence(LogWindow& log, const ReplayProcess& process,
                                     const std::string& trace_path) {
  const channel::Divergence& found = process.channel().divergence;
  DivergenceReport report;
  report.event = found.event;
  report.event_count = log.event_count();
  report.thread = found.thread;
  report.what.assign(found.what, ::strnlen(found.what, sizeof found.what));
  const auto log_bytes = log.events_before(log.bytes());
  const uint64_t here = std::min<uint64_t>(process.channel().log_position, log_bytes.size());
  const auto past = log_bytes.first(here);
  const ModuleMap modules = ModuleMap::at_end_of(past);
  Symbolizer symbols(modules);
  std::optional<trace::EventView> expected;
  if (here < log_bytes.size()) expected.emplace(log_bytes.data() + here);
  report.expected = expected_text(expected, found.thread, symbols);
  report.memory = memory_text(found.memory, modules);
  report.actual = call_text(found.actual_call, found.actual_args);
  for (const uint64_t address : symbols.backtrace(process.pid(), found.registers, kFrames)) {
    report.backtrace.push_back(symbols.describe(address));
  }
  const auto before = last_events(past, found.thread);
  for (const auto& [index, event] : before) {
    report.before.push_back(fmt::format("event {}  {}", index.value(), inspect::event_text(event)));
  }
  report.suspects = suspects(past);
  const uint64_t from = before.empty() ? found.event : before.front().index.value();
  report.command = fmt::format("weft events {} --from {} --to {} --thread {}",
                               shell_word(trace_path), from, found.event + 1, found.thread);
  return report;
}

std::string divergence_text(const DivergenceReport& report, const std::string& trace_path) {
  std::string text =
      fmt::format("weft: {}: the replay diverged at event {} of {}, thread {}: {}\n", trace_path,
                  report.event, report.event_count, report.thread, report.what);
  const auto add = [&text](const char* label, const std::string& line) {
    text += fmt::format("  {:<10}{}\n", label, line);
  };
  add("expected", report.expected);
  add("actual", report.actual);
  if (!report.memory.empty()) add("memory", report.memory);
  const char* label = "at";
  for (const std::string& line : report.backtrace) add(std::exchange(label, ""), line);
  label = "before";
  for (const std::string& line : report.before) add(std::exchange(label, ""), line);
  label = "suspect";
  for (const std::string& line : report.suspects) add(std::exchange(label, ""), line);
  add("see", report.command);
  return text;
}

}  // namespace weft::session
