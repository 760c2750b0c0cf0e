// events, threads, where, output: what is there at this moment.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <deque>

#include "debugger/process/state_checksum.h"
#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"

namespace weft::shell {
namespace {

constexpr uint64_t kEventsAround = 5;
constexpr uint64_t kMostEvents = 200;
constexpr uint64_t kMostMatches = 25;  ///< to either side of the moment

std::string event_line(Shell& shell, uint64_t index, uint64_t moment) {
  const trace::EventView event = shell.session.events().at(index);
  return fmt::format("{} [{}] T{} {}\n", index == moment ? "->" : "  ", index,
                     event.header().thread, inspect::event_text(event));
}

/// Those around the moment.
CommandOutput filtered_events(Shell& shell, const std::string& text) {
  const auto filter = EventFilter::parse(text, shell.trace_context());
  if (!filter) return failure(filter.error());
  const EventLog& events = shell.session.events();
  const uint64_t moment = shell.session.moment();
  std::deque<uint64_t> before;
  std::vector<uint64_t> behind;
  uint64_t earlier = 0, later = 0;
  events.first(0, events.count(), [&](uint64_t index, const trace::EventView& event) {
    if (!filter->takes(index, event)) return false;
    if (index < moment) {
      before.push_back(index);
    } else if (behind.size() < kMostMatches) {
      behind.push_back(index);
    } else {
      ++later;
    }
    for (; before.size() > kMostMatches; ++earlier) before.pop_front();
    return false;
  });
  std::string out = earlier == 0 ? "" : fmt::format("   ... {} earlier\n", earlier);
  for (const uint64_t index : before) out += event_line(shell, index, moment);
  for (const uint64_t index : behind) out += event_line(shell, index, moment);
  if (later > 0) out += fmt::format("   ... {} later\n", later);
  return success(out.empty() ? "no such event\n" : out);
}

CommandOutput list_events(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  const uint64_t moment = shell.session.moment();
  const uint64_t count = shell.session.events().count();
  uint64_t from = moment > kEventsAround ? moment - kEventsAround : 0;
  uint64_t to = moment + kEventsAround;
  if (!words.empty()) {
    const auto parse = [](const std::string& word, uint64_t& value) {
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
      return error == std::errc() && end == word.data() + word.size();
    };
    if (!parse(words[0], from)) return filtered_events(shell, arguments);
    to = from + 2 * kEventsAround;
    if (words.size() > 2 || (words.size() == 2 && !parse(words[1], to)))
      return failure("events [FROM [TO]], or events FILTER");
  }
  if (from >= count) return failure(fmt::format("the recording has {} events", count));
  std::string out;
  for (uint64_t i = from; i <= to && i < count && i - from < kMostEvents; ++i)
    out += event_line(shell, i, moment);
  if (to >= count && moment >= count) out += "-> end of the recording\n";
  return success(out);
}

std::string place_text(SourceDebugger* source, uint64_t address) {
  if (source == nullptr) return "";
  const auto line = source->line_of(address);
  return line ? fmt::format(" {} at {}:{}", line->function, line->file, line->line) : "";
}

CommandOutput list_threads(Shell& shell, const std::string& /*arguments*/) {
  SourceDebugger* source = shell.session.source();
  const auto [threads, current] = shell.session.travel([](travel::Traveller& traveller) {
    return std::pair(traveller.program().threads(), traveller.program().current_thread());
  });
  const EventLog& events = shell.session.events();
  const uint64_t moment = shell.session.moment();
  std::string out;
  for (const process::ProgramThread& thread : threads) {
    const auto next =
        events.first(moment, events.count(), [&](uint64_t, const trace::EventView& event) {
          return event.header().thread == thread.number;
        });
    out += fmt::format(
        "{} T{}{}{}\n", thread.number == current ? "*" : " ", thread.number,
        place_text(source, thread.registers.rip),
        next ? fmt::format("  next: [{}] {}", *next, inspect::event_text(events.at(*next)))
             : "  no more events");
  }
  return success(out);
}

CommandOutput show_output(Shell& shell, const std::string& /*arguments*/) {
  std::string out;
  const uint64_t moment = shell.session.moment();
  const Field output = event_field("output");
  shell.session.events().first(0, moment, [&](uint64_t index, const trace::EventView& event) {
    const auto bytes = output(index, event);
    if (!bytes) return false;
    out += *bytes->text;
    const auto written = event.header().result;
    if (written > static_cast<int64_t>(bytes->text->size())) {
      out +=
          fmt::format("...({} more bytes)\n", written - static_cast<int64_t>(bytes->text->size()));
    }
    return false;
  });
  std::string printable;
  for (size_t at = 0; at < out.size();) {
    const size_t end = std::min(out.find('\n', at), out.size());
    printable += inspect::printable(out.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return success(printable.empty() ? "nothing yet\n" : printable);
}

CommandOutput info(Shell& shell, const std::string& arguments) {
  const EventLog& events = shell.session.events();
  const travel::Instant here = shell.session.here();
  std::string out = fmt::format(
      "moment {} of {}: {}\n", here.event, events.count(),
      here.before_event()
          ? std::string("just before the event")
          : fmt::format("in program code before it, time {} at this instruction", here.hit));
  if (arguments == "--checksum") {
    const process::StateChecksum checksum = shell.session.travel(
        [](travel::Traveller& traveller) { return process::checksum_of(traveller.program()); });
    out += fmt::format("registers {:08x}, memory {:08x}\n", checksum.registers, checksum.memory);
  } else if (!arguments.empty()) {
    return failure("moment [--checksum]");
  }
  for (const std::string& note : shell.session.changed_files()) out += note + "\n";
  return success(out);
}

constexpr std::array kLookCommands = {
    Command{"events", "", "[FROM [TO] | FILTER]",
            "print events: around this moment, in a range, or those that match a filter",
            "  events\n  events 100 200\n  events write && fd == 1\n"
            "help event-filter explains what a FILTER is.\n",
            list_events},
    Command{"threads", "", "", "list all threads of the program, and what each does next", "",
            list_threads},
    Command{"output", "", "", "show what the program has written to stdout and stderr by now",
            "The trace keeps the first 512 bytes of each write.\n", show_output},
    Command{
        "moment", "", "[--checksum]", "show which moment this is",
        "--checksum: also a checksum of the registers of all threads and of all writable memory.\n"
        "The same moment has the same checksum, however you got there.\n",
        info},
};

}  // namespace

std::span<const Command> look_commands() {
  return kLookCommands;
}

}  // namespace weft::shell
