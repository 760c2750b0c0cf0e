// goto, back, forward, bookmarks, continue: where in time.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using travel::Instant;

/// "1.5s", "1.5", "20ms": seconds since the start of the recording.
std::optional<double> to_seconds(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  if (unit == "s" || unit.empty()) return value;
  if (unit == "ms") return value / 1e3;
  if (unit == "us") return value / 1e6;
  return std::nullopt;
}

CommandOutput go_to_request(Shell& shell, const std::string& text) {
  const auto number = to_number(text);
  const analysis::Analysis* analysis = shell.analysis();
  if (analysis == nullptr || !number || *number == 0 ||
      *number > analysis->model().requests.size()) {
    return failure(fmt::format("there is no request {}; requests lists them", text));
  }
  const auto& request = analysis->model().requests[analysis::RequestIndex(*number - 1)];
  CommandOutput output = shell.jump({request.begin}, fmt::format("begin of request {}", *number));
  if (output.succeeded && request.task != kNone) shell.chosen_task = request.task;
  return output;
}

CommandOutput go_to(Shell& shell, const std::string& arguments) {
  const EventLog& events = shell.session.events();
  if (arguments == "start") return shell.jump({events.start()}, "start of the recording");
  if (arguments == "end") return shell.jump({events.end()}, "end of the recording");
  if (arguments == "crash") {
    const auto crash = events.killed();
    if (!crash)
      return failure("the program did not die by a signal\n  see where it ended: goto end");
    return shell.jump({*crash}, inspect::event_text(events.at(*crash)));
  }
  if (const auto found = shell.bookmarks.find(arguments); found != shell.bookmarks.end())
    return shell.jump(found->second, "bookmark " + arguments);
  if (arguments.starts_with("request ")) return go_to_request(shell, arguments.substr(8));
  if (const auto event = to_number(arguments)) {
    if (*event > events.count()) {
      return failure(fmt::format("there is no event {}: the recording has {}, and ends at goto end",
                                 *event, events.count()));
    }
    // What comes before is the loading of the program: nothing of it has run.
    if (EventIndex(*event) <= events.start())
      return shell.jump({events.start()}, "start of the recording");
    return shell.jump({EventIndex(*event)}, fmt::format("event {}", *event));
  }
  if (const auto seconds = to_seconds(arguments)) {
    const EventIndex event = events.at_seconds(*seconds);
    if (event == events.end() || *seconds < 0) {
      return failure(fmt::format("the recording has no moment {}: it took {:.6f} s", arguments,
                                 events.seconds(events.end())));
    }
    return shell.jump({event}, fmt::format("event {}", event));
  }
  return failure("goto what? goto EVENT | TIME | start | end | request N | crash | BOOKMARK");
}

CommandOutput step_history(Shell& shell, std::vector<Instant>& from, std::vector<Instant>& to,
                           const char* word) {
  if (from.empty()) return failure(fmt::format("there is nothing to go {} to", word));
  to.push_back(shell.session.here());
  const Instant there = from.back();
  from.pop_back();
  return shell.jump_silently(there, word);
}

CommandOutput back(Shell& shell, const std::string& /*arguments*/) {
  return step_history(shell, shell.past, shell.future, "back");
}

CommandOutput forward(Shell& shell, const std::string& /*arguments*/) {
  return step_history(shell, shell.future, shell.past, "forward");
}

CommandOutput bookmark(Shell& shell, const std::string& arguments) {
  const std::vector<std::string> words = split_words(arguments);
  if (words.empty()) {
    std::string text;
    for (const auto& [name, instant] : shell.bookmarks) {
      text += fmt::format("{}: {} event {}\n", name,
                          instant.before_event() ? "before" : "in front of", instant.event);
    }
    return success(text.empty() ? "no bookmarks\n" : text);
  }
  if (words[0] == "delete" && words.size() == 2) {
    return shell.bookmarks.erase(words[1]) != 0 ? success("")
                                                : failure("there is no bookmark " + words[1]);
  }
  const auto event = words.size() == 2 ? to_number(words[1]) : std::nullopt;
  if (words.size() > 2 || (words.size() == 2 && !event) || to_seconds(words[0]))
    return failure("bookmark NAME [EVENT], or bookmark delete NAME");
  if (event && *event > shell.session.events().count())
    return failure(fmt::format("there is no event {}", *event));
  shell.bookmarks[words[0]] = event ? Instant{EventIndex(*event)} : shell.session.here();
  if (event) return success("");
  return success(fmt::format("bookmark {} is here\n", words[0]));
}

CommandOutput go_on(Shell& shell, const std::string& /*arguments*/) {
  if (shell.session.source() != nullptr) return shell.to_source("process continue");
  const auto match = shell.arm_event_breakpoints();
  const auto stop = shell.session.run_without_source(match ? match->event : EventIndex());
  CommandOutput output = success(
      shell.stop_text(stop.kind == process::StopKind::kEnd ? "end of the recording" : "stopped"));
  if (match && shell.session.moment() == match->event) shell.note_event_stop(match, output);
  return output;
}

/// In program code, the next event is the one that the moment is named after.
CommandOutput run_to_event(Shell& shell, int64_t direction, const std::string& arguments) {
  const auto count = arguments.empty() ? std::optional<uint64_t>(1) : to_number(arguments);
  if (!count || *count == 0) return failure("how many events? Give a number");
  const Instant here = shell.session.here();
  const int64_t from =
      static_cast<int64_t>(here.event.value()) - (direction > 0 && !here.before_event() ? 1 : 0);
  const int64_t there = from + direction * static_cast<int64_t>(*count);
  if (there < 0 || there > static_cast<int64_t>(shell.session.events().count()))
    return failure("the recording does not go that far");
  return shell.jump({EventIndex(there)}, fmt::format("event {}", there));
}

CommandOutput next_event(Shell& shell, const std::string& arguments) {
  return run_to_event(shell, 1, arguments);
}

CommandOutput previous_event(Shell& shell, const std::string& arguments) {
  return run_to_event(shell, -1, arguments);
}

constexpr std::array kTravelCommands = {
    Command{
        "goto", "g", "EVENT | TIME | start | end | request N | crash | BOOKMARK",
        "go to a moment, forward or back",
        "An EVENT is an index that `events` and `weft events` print; the program then stops just\n"
        "before that event. A TIME is the time since the start: 1.25s, 20ms. crash is where the\n"
        "signal came that ended the program.\n"
        "  goto 1234\n  goto 2.5s\n  goto crash\n",
        go_to},
    Command{"back", "", "", "go back to where you were before the last jump", "", back},
    Command{"forward", "", "", "undo back", "", forward},
    Command{"bookmark", "", "[NAME [EVENT] | delete NAME]",
            "give this moment a name; list all bookmarks", "", bookmark},
    Command{
        "continue", "c", "", "go on to the next breakpoint of any kind, or the end",
        "Stops at LLDB's breakpoints and watchpoints and at event breakpoints, whichever comes\n"
        "first. reverse-continue is the same in the other direction.\n",
        go_on},
    Command{"next-event", "ne", "[COUNT]", "go to the next event", "", next_event},
    Command{"reverse-next-event", "rne", "[COUNT]", "go to the previous event", "", previous_event},
};

}  // namespace

std::span<const Command> travel_commands() {
  return kTravelCommands;
}

}  // namespace weft::shell
