// goto, back, forward, bookmarks, continue: where in time.
#include <fmt/format.h>

#include <array>

#include "debugger/report/text/request_texts.h"
#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using travel::Instant;

CommandOutput go_to_request(Shell& shell, const std::string& text) {
  const analysis::Analysis* analysis = shell.analysis();
  const auto error = fmt::format("there is no request {}; requests lists them", text);
  if (analysis == nullptr) return failure(error);
  const auto found = report::find_request(analysis->model(), text);
  if (!found) return failure(error);
  const auto& request = analysis->model().requests[*found];
  CommandOutput output =
      shell.jump({request.begin}, fmt::format("beginning of request {}", *found + 1));
  if (output.succeeded && request.task != kNone) shell.chosen_task = request.task;
  return output;
}

CommandOutput go_to(Shell& shell, const std::string& arguments) {
  const EventLog& events = shell.session.events();
  if (arguments == "start") return shell.jump({events.start()}, "start of the recording");
  if (arguments == "end") {
    const auto killed = events.killed();
    return shell.jump({events.end()}, killed ? inspect::event_text(events.at(*killed))
                                             : std::string("end of the recording"));
  }
  if (arguments == "crash") {
    const auto crash = events.killed();
    if (!crash) return go_to_other_crash(shell);
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
  if (const auto seconds = report::seconds_in(arguments)) {
    const EventIndex event = events.at_seconds(*seconds);
    if (event == events.end() || *seconds < 0) {
      return failure(fmt::format("the recording has no moment {}: it took {:.6f} s", arguments,
                                 events.seconds(events.end())));
    }
    return shell.jump({event}, fmt::format("event {}", event));
  }
  return failure("where to? goto EVENT | TIME | start | end | request N | crash | BOOKMARK");
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
  constexpr const char* kUsage = "bookmark NAME [EVENT], or bookmark delete NAME";
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
  if (words.size() > 2 || report::seconds_in(words[0])) return failure(kUsage);
  if (words.size() == 1) {
    shell.bookmarks[words[0]] = shell.session.here();
    return success(fmt::format("bookmark {} is here\n", words[0]));
  }
  const auto event = to_number(words[1]);
  if (!event) return failure(kUsage);
  if (*event > shell.session.events().count())
    return failure(fmt::format("there is no event {}", *event));
  shell.bookmarks[words[0]] = Instant{EventIndex(*event)};
  return success("");
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
        "before that event. A TIME is the time since the start: 1.25s, 20ms. crash is the moment\n"
        "of the signal that ended the program, or another process of the recording.\n"
        "  goto 1234\n  goto 2.5s\n  goto crash\n",
        go_to},
    Command{"back", "", "", "go back to where you were before the last jump", "", back},
    Command{"forward", "", "", "undo the last back", "", forward},
    Command{"bookmark", "", "[NAME [EVENT] | delete NAME]",
            "give a moment a name; without a name, list all bookmarks", "", bookmark},
    Command{"continue", "c", "", "go on to the next breakpoint of any kind, or the end",
            "It stops at LLDB's breakpoints and watchpoints and at event breakpoints, whichever\n"
            "comes first. reverse-continue is the same in the other direction.\n",
            go_on},
    Command{"next-event", "ne", "[COUNT]", "go to the next event", "", next_event},
    Command{"reverse-next-event", "rne", "[COUNT]", "go to the previous event", "", previous_event},
};

}  // namespace

std::span<const Command> travel_commands() {
  return kTravelCommands;
}

}  // namespace weft::shell
