/// The functions of a recorded program, from the symbol tables of its files (or of the debug
/// information that belongs to them): a function that was inlined everywhere has none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "replayer/probes/program_code.h"

struct Dwfl;
struct Dwfl_Module;

namespace weft::probes {

/// [low, high), addresses in the program.
struct CodeRange {
  uint64_t low = 0, high = 0;
  bool holds(uint64_t address) const { return low <= address && address < high; }
};

struct Function {
  std::vector<std::string> symbols;  ///< mangled; several if it has several names
  std::vector<CodeRange> parts;  ///< it begins at parts[0].low; others were split off ("f.cold")

  bool holds(uint64_t address) const;
};

/// One file that the program had mapped to be executed.
class Module {
 public:
  explicit Module(const CodeMapping& code);
  Module(Module&& other) noexcept;
  Module& operator=(Module&& other) = delete;
  ~Module();

  const CodeMapping& code() const { return code_; }
  /// Ascending by address. Empty: it has no symbols, or is not on this machine as it was recorded.
  std::vector<Function> functions() const;
  /// The file is on this machine, as it was recorded.
  bool is_readable() const { return module_ != nullptr; }

  struct Line {
    std::string file;  ///< empty: not known
    int line = 0;
  };
  Line line_of(uint64_t address) const;
  struct LineRow {
    uint64_t address = 0;
    std::string file;
    int line = 0;
  };
  /// The line table's rows in [low, high).
  std::vector<LineRow> line_rows(uint64_t low, uint64_t high) const;
  /// For who reads more of its debug information; null if it is not readable.
  Dwfl_Module* handle() const { return module_; }

 private:
  CodeMapping code_;
  Dwfl* dwfl_ = nullptr;
  Dwfl_Module* module_ = nullptr;
};

}  // namespace weft::probes
