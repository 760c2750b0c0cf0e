// last-write: goes to where a value was written last; again, to the write before that.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/origin/replaced_memory.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/session/task_words.h"
#include "debugger/shell/source/watches.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

using travel::Instant;
using travel::Traveller;

/// Which task of which request did it; empty: the program said nothing about tasks.
std::string doer(Shell& shell) {
  const auto task = shell.focus_task();
  if (!task) return "";
  const analysis::Analysis& analysis = *shell.analysis();
  std::string text = "written by " + numbered_task(analysis, *task);
  const auto request = analysis.request_of(*task, shell.session.moment());
  if (request != kNone) text += fmt::format(", for request {}", request + 1);
  return text + "\n";
}

/// The place in the program that wrote there last, before `now`: also a call that put other memory
/// there, after which the write before is no longer what made the value. Nothing: nobody did.
std::optional<Instant> last_writer(Shell& shell, const ValuePlace& place, const Instant& now) {
  const travel::Search search{
      .watches = watches_of(place.address, place.bytes, process::WatchFor::kWrites)};
  const EventLog& events = shell.session.events();
  const auto hit = shell.session.travel(
      [&](Traveller& traveller) { return traveller.last_before(now, search, events.start()); });
  if (shell.interrupted()) return std::nullopt;
  const auto replaced = last_replacement(events, hit ? hit->instant.event : events.start(),
                                         now.event, place.address, place.bytes);
  if (replaced && (hit || replaced->moved_from)) return Instant{replaced->event};
  if (!hit) return std::nullopt;
  shell.session.place_modules(hit->instant.event);
  // LLDB must not be asked on the travel thread, which serves it.
  const Address writer = shell.session.source()->instruction_before(hit->instant.address);
  return shell.session.travel(
      [&](Traveller& traveller) { return traveller.before_write(*hit, now, search, writer); });
}

struct Looked {
  Address pc;
  std::vector<std::byte> bytes;
};
Looked look_at(Shell& shell, const ValuePlace& place) {
  return shell.session.travel([&](Traveller& traveller) {
    Looked looked{{}, std::vector<std::byte>(place.bytes)};
    looked.bytes.resize(traveller.read(place.address, looked.bytes));
    const auto registers = traveller.program().registers(traveller.program().current_thread());
    if (registers) looked.pc = Address(registers->rip);
    return looked;
  });
}

/// True if the user asks about the same memory again: nothing has moved since the last answer,
/// and the name would mean something else where that left the user.
bool asks_again(Shell& shell, const std::string& name) {
  return shell.written && shell.written->name == name && shell.written->shown_at &&
         shell.session.here() == *shell.written->shown_at &&
         shell.session.source()->selected_frame_number() == shell.written->shown_frame;
}

CommandOutput last_write(Shell& shell, const std::string& arguments) {
  constexpr uint64_t kMostBytes = 8 * process::kDebugAddresses;
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (!arguments.empty() && !asks_again(shell, arguments)) {
    const ValuePlace place = source->place_of(arguments);
    if (!place.error.empty()) return failure(place.error);
    shell.written = WrittenPlace{arguments, place};
  }
  if (!shell.written) return failure("which value? last-write EXPRESSION");
  const std::string name = shell.written->name;
  const ValuePlace place = shell.written->place;
  if (place.bytes > kMostBytes ||
      watches_of(place.address, place.bytes, process::WatchFor::kWrites).size() >
          process::kDebugAddresses) {
    shell.written.reset();
    return failure(
        fmt::format("{} has {} bytes, and at most {} can be watched\n  name a part of it", name,
                    place.bytes, kMostBytes));
  }
  const Instant start = shell.session.here();
  const Looked value = look_at(shell, place);
  const auto instant = last_writer(shell, place, start);
  if (shell.interrupted()) return shell.back_from_interrupt(start);
  if (!instant) {
    shell.session.place_modules(start.event);
    return failure(fmt::format("no write to {} was found between the start and this moment", name));
  }
  const std::string reason = "write of " + name;
  if (const Status went = shell.session.go(*instant, reason); !went) {
    shell.session.place_modules(start.event);
    return failure(went.error());
  }
  const std::string old = source->value_text(place);
  const Address writer = look_at(shell, place).pc;
  source->command("thread step-inst");
  const std::string now = source->value_text(place);
  const Looked written = look_at(shell, place);
  // An instruction that is repeated has not yet written all of it.
  const bool changed_since = written.bytes != value.bytes && written.pc != writer;
  shell.remember(start);
  CommandOutput output = shell.jump_silently(*instant, reason);
  if (!output.succeeded) return output;
  shell.written->shown_at = shell.session.here();
  shell.written->shown_frame = source->selected_frame_number();
  output.text += fmt::format("old value: {}\nnew value: {}\n{}", old, now, doer(shell));
  if (changed_since)
    output.text += "it has changed since, unseen: is its memory mapped twice, or a file?\n";
  return output;
}

constexpr std::array kLastWrite = {
    Command{"last-write", "lw", "[EXPRESSION]",
            "go back to where EXPRESSION was last written; again: to the write before",
            "It stops just before the instruction or system call that wrote, and shows the value\n"
            "before and after. Without EXPRESSION, it looks for the same memory again, even where\n"
            "the name has no meaning. `back` returns.\n"
            "  last-write order->price\n  last-write\n",
            last_write},
};

}  // namespace

std::span<const Command> last_write_commands() {
  return kLastWrite;
}

}  // namespace weft::shell
