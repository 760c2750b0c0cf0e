/// Files as they were when they were mapped, out of the trace: for those that have changed since.
///
/// What the trace holds of a file is what the program mapped of it: code and data, symbols of the
/// dynamic linker, unwind tables. Sections that are not mapped (debug information, .symtab) are not
/// in it, nor is the table of sections; a copy gets a new one, with what debuggers look for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "replayer/session/module_map.h"
#include "replayer/trace/log_stretch.h"

namespace weft::shell {

class RecordedFile {
 public:
  /// `log` outlives this.
  RecordedFile(std::span<const trace::LogStretch> log, const session::ModuleMapping& file);

  /// True if the file that is there now has the same content where it was mapped.
  bool is_still_there() const;
  /// False if nothing of it is in the trace.
  bool has_content() const { return !pieces_.empty(); }
  /// In hexadecimal; empty: it has none.
  std::string build_id() const;
  /// Writes a copy to `folder`; its path, or empty.
  std::string write_copy(const std::string& folder) const;

 private:
  struct Piece {
    uint64_t offset;  ///< in the file
    std::span<const std::byte> bytes;
  };
  std::vector<std::byte> image() const;

  session::ModuleMapping file_;
  std::vector<Piece> pieces_;
};

}  // namespace weft::shell
