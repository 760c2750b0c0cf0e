// origin: where a value came from.
#include <fmt/format.h>

#include <array>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/origin/origin_walk.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {
namespace {

constexpr const char* kBookmark = "origin.";

const char* words_of(HopKind kind) {
  constexpr std::array<const char*, 7> kWords = {
      "copied", "", "a constant: ", "an address: ", "computed: ", "", "not known: "};
  return kWords.at(static_cast<size_t>(kind));
}

/// "  #2 T1 copied at 0x7f12 (5 bytes): parse at parser.cc:20"; what is known besides, below.
std::string hop_text(const OriginHop& hop, size_t number) {
  std::string what = hop.what;
  if (hop.kind == HopKind::kCopied) {
    what =
        fmt::format(" to {} ({} byte{})", hop.address.text(), hop.bytes, hop.bytes == 1 ? "" : "s");
  }
  for (size_t at = what.find('\n'); at != std::string::npos; at = what.find('\n', at + 1))
    what.replace(at, 1, "\n       ");
  std::string text =
      fmt::format("  #{} T{} {}{}", number, hop.thread.value(), words_of(hop.kind), what);
  if (!hop.place.empty()) text += "\n       " + hop.place;
  return text + "\n";
}

std::string last_words(const Origin& origin) {
  const std::vector<OriginHop>& hops = origin.hops;
  if (hops.back().kind == HopKind::kLost) {
    return hops.size() == 1 ? ""
                            : fmt::format("  certain up to #{}{}\n", hops.size() - 1,
                                          origin.all_compared ? ": there the bytes were the same"
                                                              : ", as far as it was compared");
  }
  return origin.all_compared ? "  at each step the bytes were the same\n"
                             : "  the bytes were the same wherever they could be compared, which "
                               "was not at\n    each step\n";
}

void set_bookmarks(Shell& shell, const std::vector<OriginHop>& hops) {
  std::erase_if(shell.bookmarks, [](const auto& one) { return one.first.starts_with(kBookmark); });
  for (size_t i = 0; i < hops.size(); ++i)
    shell.bookmarks[kBookmark + std::to_string(i + 1)] = hops[i].instant;
}

CommandOutput origin(Shell& shell, const std::string& arguments) {
  SourceDebugger* source = shell.session.source();
  if (source == nullptr) return failure(shell.session.source_error());
  if (arguments.empty()) return failure("of what? origin EXPRESSION");
  const ValuePlace place = source->place_of(arguments);
  if (!place.error.empty()) return failure(place.error);
  const travel::Instant start = shell.session.here();
  const unsigned frame = source->selected_frame_number();
  const Origin found = OriginWalk(shell).follow(place);
  const std::vector<OriginHop>& hops = found.hops;
  if (shell.interrupted()) return shell.back_from_interrupt(start);
  if (const Status back = shell.session.go(start, "origin"); !back) return failure(back.error());
  source->command(fmt::format("frame select {}", frame));
  std::string text;
  if (found.followed < place.bytes) {
    text = fmt::format("  the first {} of {} bytes, as no more can be watched\n", found.followed,
                       place.bytes);
  }
  for (size_t i = 0; i < hops.size(); ++i) text += hop_text(hops[i], i + 1);
  text += last_words(found);
  set_bookmarks(shell, hops);
  return success(text + fmt::format("  go there: goto {}{}\n", kBookmark, hops.size()));
}

constexpr std::array kOrigin = {
    Command{
        "origin", "", "EXPRESSION", "where this value came from: back through its copies",
        "It follows the copies of the value back, through memory and registers, over tasks and\n"
        "threads: to the system call that brought it, the constant in the code, or the\n"
        "instruction that computed it. Each line is one copy; goto origin.N leads there. Where\n"
        "weft does not know on it says so. You stay where you are.\n"
        "  origin reply.name\n  goto origin.3\n",
        origin},
};

}  // namespace

std::span<const Command> origin_commands() {
  return kOrigin;
}

}  // namespace weft::shell
