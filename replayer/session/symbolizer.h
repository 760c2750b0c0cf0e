/// Names for code addresses, and backtraces, of a replayed program (elfutils' libdwfl).
///
/// The program's files are read from this machine, if they still are what was recorded (size and
/// time of change); without them an address is still known by module and offset.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "replayer/session/module_map.h"
#include "weft/trace/event.h"

struct Dwfl;

namespace weft::session {

struct UnwoundThread;

class Symbolizer {
 public:
  /// `modules` must live as long as the symbolizer.
  explicit Symbolizer(const ModuleMap& modules);
  ~Symbolizer();
  Symbolizer(const Symbolizer&) = delete;
  Symbolizer& operator=(const Symbolizer&) = delete;

  /// "libc.so.6+0x11ba61 read+0x10", with file and line where debug information is there.
  std::string describe(uint64_t address) const;

  /// The source line of the instruction at an address. The instruction at a return address is the
  /// one after the call: ask about the byte before it. An empty file: not known.
  struct SourceLine {
    std::string function;  ///< mangled; empty: not known
    std::string file;
    int line = 0;
  };
  SourceLine source_of(uint64_t address) const;

  /// The same, and the functions that it was inlined into: the innermost first. The line of the
  /// others is that of the call.
  std::vector<SourceLine> lines_of(uint64_t address) const;

  /// The mangled name of the variable that holds the byte at an address, with "+0x10" if that is
  /// not its first byte. Empty: not known.
  std::string variable_at(uint64_t address) const;

  /// Return addresses, innermost first, of a thread that stands at `registers` in process `pid`
  /// (which may be stopped or waiting, and whose memory we may read). At least the first one. Any
  /// thread of one process: libdwfl is attached to it for good.
  std::vector<uint64_t> backtrace(pid_t pid, const trace::Registers& registers, size_t limit);

 private:
  void add_modules();

  const ModuleMap& modules_;
  Dwfl* dwfl_;
  std::unique_ptr<UnwoundThread> unwound_;  ///< what libdwfl asks about
};

}  // namespace weft::session
