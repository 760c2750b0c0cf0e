#include "debugger/shell/session/believed_frames.h"

#include <algorithm>

#include "replayer/session/module_map.h"
#include "replayer/session/symbolizer.h"

namespace weft::shell {
namespace {

constexpr size_t kMostFrames = 256;

session::ModuleMap modules_at(const EventLog& events, EventIndex moment) {
  session::ModuleMap modules;
  for (const trace::LogStretch& stretch : events.mappings()) {
    for (trace::EventCursor at(stretch.events, stretch.first); !at.done(); at.next()) {
      if (at.index() >= moment) return modules;
      modules.add(at.event());
    }
  }
  return modules;
}

}  // namespace

std::vector<Address> frame_places(DebugSession& session, travel::ShownThread thread) {
  std::vector<Address> places = session.places_of_task(thread);
  if (!places.empty()) return places;
  const session::ModuleMap modules = modules_at(session.events(), session.moment());
  session::Symbolizer symbols(modules);
  return session.travel([&](travel::Traveller& traveller) {
    const process::ProgramControl& program = traveller.program();
    const auto registers = program.registers(thread.thread());
    if (!registers) return places;
    for (const uint64_t pc : symbols.backtrace(program.process().pid(), *registers, kMostFrames))
      places.emplace_back(pc);
    return places;
  });
}

std::vector<StackFrame> believed_frames(std::vector<StackFrame> frames,
                                        std::span<const Address> places, SourceDebugger& source) {
  size_t believed = 0, level = 0;
  bool is_innermost = true;  // of those that are one: LLDB has the place of inlined ones' callers
  for (size_t i = 0; i < frames.size() && level < places.size(); ++i) {
    if (is_innermost && frames[i].pc != places[level]) break;
    is_innermost = !frames[i].inlined;
    if (frames[i].inlined) continue;
    believed = i + 1;
    ++level;
  }
  // The place of a caller is after its call: the line is that of the call.
  std::vector<StackFrame> others;
  for (; level < places.size(); ++level) {
    others.push_back(source.frame_at(places[level] - (level > 0 ? 1 : 0)));
    if (others.back().function.empty()) others.pop_back();
  }
  if (others.empty()) return frames;
  frames.resize(believed);
  frames.insert(frames.end(), others.begin(), others.end());
  return frames;
}

}  // namespace weft::shell
