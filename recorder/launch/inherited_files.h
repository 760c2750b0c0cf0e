/// The descriptors that `weft record` was started with. They belong to the program.
///
/// The launcher must not keep them: a pipe that the program closes has to reach its end although
/// the launcher lives on. Standard error stays, for the summary.
#pragma once

#include <vector>

namespace weft::launch {

class InheritedFiles {
 public:
  /// Notes what is open now, and fills closed standard descriptors with close-on-exec ones, so that
  /// none of weft's own files gets a number that the program would take for its standard output.
  InheritedFiles();

  /// Closes them in this process (after the program was forked), all but standard error.
  void close_all() const;

 private:
  std::vector<int> open_;
};

}  // namespace weft::launch
