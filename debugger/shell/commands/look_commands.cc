// events, threads, where, output: what is there at this moment.
#include <fmt/format.h>

#include <array>
#include <deque>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

constexpr uint64_t kEventsAround = 5;
constexpr uint64_t kMostEvents = 200;
constexpr uint64_t kMostMatches = 25;  ///< to either side of the moment

std::string event_line(Shell& shell, EventIndex index, EventIndex moment) {
  const trace::EventView event = shell.session.events().at(index);
  return fmt::format("{} [{}] T{} {}\n", index == moment ? "->" : "  ", index,
                     event.header().thread, inspect::event_text(event));
}

/// Those around the moment.
CommandOutput filtered_events(Shell& shell, const std::string& text) {
  const auto filter = EventFilter::parse(text, shell.trace_context());
  if (!filter) return failure(filter.error());
  const EventLog& events = shell.session.events();
  const EventIndex moment = shell.session.moment();
  std::deque<EventIndex> before;
  std::vector<EventIndex> behind;
  uint64_t earlier = 0, later = 0;
  events.first(EventIndex(0), events.end(), [&](EventIndex index, const trace::EventView& event) {
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
  for (const EventIndex index : before) out += event_line(shell, index, moment);
  for (const EventIndex index : behind) out += event_line(shell, index, moment);
  if (later > 0) out += fmt::format("   ... {} later\n", later);
  return success(out.empty() ? "no such event\n" : out);
}

CommandOutput list_events(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  const EventIndex moment = shell.session.moment(), end = shell.session.events().end();
  EventIndex from = moment - std::min(moment.value(), kEventsAround);
  EventIndex to = moment + kEventsAround;
  if (!words.empty()) {
    const auto parse = [](const std::string& word, EventIndex& value) {
      const auto number = to_number(word);
      if (number) value = EventIndex(*number);
      return number.has_value();
    };
    if (!parse(words[0], from)) return filtered_events(shell, arguments);
    to = from + 2 * kEventsAround;
    if (words.size() > 2 || (words.size() == 2 && !parse(words[1], to)))
      return failure("events [FROM [TO]], or events FILTER");
  }
  if (from >= end) return failure(fmt::format("the recording has {} events", end));
  std::string out;
  for (EventIndex i = from; i <= to && i < end && i - from < kMostEvents; ++i)
    out += event_line(shell, i, moment);
  if (to >= end && moment >= end) out += "-> end of the recording\n";
  return success(out);
}

/// " checkout at shop.cc:48" of an address in the program's code; empty if it is not known.
std::string code_place(SourceDebugger* source, Address address) {
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
  const EventIndex moment = shell.session.moment();
  std::string out;
  for (const process::ProgramThread& thread : threads) {
    const auto next =
        events.first(moment, events.end(), [&](EventIndex, const trace::EventView& event) {
          return trace::ThreadNumber(event.header().thread) == thread.number;
        });
    out += fmt::format(
        "{} T{}{}{}\n", thread.number == current ? "*" : " ", thread.number.value(),
        code_place(source, Address(thread.registers.rip)),
        next ? fmt::format("  next: [{}] {}", *next, inspect::event_text(events.at(*next)))
             : "  no more events");
  }
  return success(out);
}

CommandOutput show_output(Shell& shell, const std::string& /*arguments*/) {
  std::string out;
  const EventIndex moment = shell.session.moment();
  const Field output = event_field("output");
  shell.session.events().first(
      EventIndex(0), moment, [&](EventIndex index, const trace::EventView& event) {
        const auto bytes = output(index, event);
        if (!bytes) return false;
        out += *bytes->text;
        const auto written = event.header().result;
        if (written > static_cast<int64_t>(bytes->text->size())) {
          out += fmt::format("...({} more bytes)\n",
                             written - static_cast<int64_t>(bytes->text->size()));
        }
        return false;
      });
  return success(out.empty() ? "nothing yet\n" : inspect::printable_lines(out));
}

CommandOutput info(Shell& shell, const std::string& arguments) {
  const EventLog& events = shell.session.events();
  const travel::Instant here = shell.session.here();
  std::string out = fmt::format(
      "moment {} of {}: {}\n", here.event, events.count(),
      here.before_event()
          ? std::string("just before the event")
          : fmt::format("in program code before it, pass {} of this instruction", here.hit));
  if (arguments == "--checksum") {
    const auto checksum =
        shell.session.travel([](travel::Traveller& traveller) { return traveller.checksum(); });
    if (!checksum) return failure(checksum.error());
    out += fmt::format("registers {:08x}, memory {:08x}\n", checksum->registers, checksum->memory);
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
        "moment", "when", "[--checksum]", "show which moment this is",
        "--checksum adds a checksum of the registers of all threads and of all writable memory.\n"
        "The same moment has the same checksum, however you got there.\n",
        info},
};

}  // namespace

std::span<const Command> look_commands() {
  return kLookCommands;
}

}  // namespace weft::shell
