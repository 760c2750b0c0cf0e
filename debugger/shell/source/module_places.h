/// Which file of the program lies where, and from which moment on.
///
///   moment 0            execve                  dlopen elsewhere
///   ──┬─────────────────┬───────────────────────┬───────────────────
///     program, libc,    another program,        the same,
///     plug-in           libc, plug-in           plug-in at another place
///
/// A file is where executable code of it is: programs also map their own file as data, to read
/// symbols. A file that is mapped later in an epoch counts from its beginning: a breakpoint can be put into
/// it before it is there.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "replayer/session/module_map.h"
#include "replayer/trace/log_stretch.h"
#include "weft/base/address.h"
#include "weft/trace/event_index.h"

namespace weft::shell {

using trace::EventIndex;

class ModulePlaces {
 public:
  struct Epoch {
    EventIndex begin;                        ///< the first moment
    std::map<std::string, Address> files{};  ///< path, address of its first byte
  };

  /// Of the stretches of a log that map memory.
  explicit ModulePlaces(std::span<const trace::LogStretch> log);

  const std::vector<Epoch>& epochs() const { return epochs_; }
  /// Index of the one that the moment is in.
  size_t at(EventIndex moment) const;
  /// Each file once, as it was mapped first.
  const std::vector<session::ModuleMapping>& files() const { return files_; }

 private:
  void add(const session::ModuleMapping& mapping, EventIndex moment);

  std::vector<Epoch> epochs_{{EventIndex(0)}};
  std::vector<session::ModuleMapping> files_;
};

}  // namespace weft::shell
