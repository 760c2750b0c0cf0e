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

  /// Where the code at an address was written: that of a function, not of a return address. An empty
  /// file: not known.
  struct SourceLine {
    std::string function;  ///< mangled; empty: not known
    std::string file;
    int line = 0;
  };
  SourceLine source_of(uint64_t address) const;

  /// The same with what was inlined there: the innermost function first, each with the line in it.
  std::vector<SourceLine> lines_of(uint64_t address) const;

  /// The variable at an address, mangled; one that it lies in with "+0x10". Empty: not known.
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
