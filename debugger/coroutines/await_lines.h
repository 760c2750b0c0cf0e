/// The source line of the co_await that an instruction of a coroutine's body belongs to.
///
/// g++ gives some of the code around a co_await the line of the function's first or last one. Then
/// it is the next line inside the body, in the order of addresses, within the code of the same
/// await; else the one before. That is a guess, which at -O2 may be wrong: blocks lie in any order.
/// Guesses that contradict each other are dropped: resume indexes are given in the order of lines.
#pragma once

#include <cstdint>
#include <vector>

#include "debugger/coroutines/coroutine_code.h"
#include "replayer/probes/functions.h"

namespace weft::coroutines {

class AwaitLines {
 public:
  /// `module` is the one that the coroutine is in.
  AwaitLines(const probes::Module& module, const Coroutine& coroutine);
  struct Line {
    int line = 0;  ///< 0: not known
    bool is_guess = false;
  };
  Line at(uint64_t address) const;

 private:
  struct Row {
    uint64_t address;
    int line;
  };
  int first_line_, last_line_;
  std::vector<Row> rows_;  ///< ascending: where the line, in that file, changes
};

}  // namespace weft::coroutines
