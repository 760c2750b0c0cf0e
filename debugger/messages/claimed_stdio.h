/// stdin and stdout for one conversation alone: what else reads finds nothing, and what else writes
/// (a library's note) goes to stderr, so that it is never part of a message.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::messages {

struct ClaimedStdio {
  UniqueFd in, out;

  /// An error if one of them is closed: nobody is there to speak with.
  static Result<ClaimedStdio> claim() {
    ClaimedStdio claimed{UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)),
                         UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1))};
    if (!claimed.in || !claimed.out) {
      return Error{ErrorClass::kUsage,
                   (claimed.in ? "stdout" : "stdin") + std::string(" is closed"),
                   "A client speaks over stdin and stdout"};
    }
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return claimed;
  }
};

}  // namespace weft::messages
