// The oracle: what a program itself says about its async expressions, in a side file, so that a
// test can compare it with what weft found out. It uses nothing of weft's: own counters, write(2)
// of text.
//
//   begin ID PARENT FUNCTION      a body runs for the first time; PARENT 0: nobody
//   suspend ID / resume ID        it stops at a co_await (or a fiber's or thread's wait), it goes
//   on end ID OUTCOME                done, failed or cancelled (destroyed before its end)
//
// $WEFT_ORACLE names the file. PARENT is what the program's text says: it is passed as an argument,
// never found out at run time. IDs are in order of begin.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace oracle {

/// What an exception that leaves a body means. "cancelled" where that is how cancellation is told.
inline const char* exception_outcome = "failed";

inline void write_line(const char* line, int bytes) {
  static const int fd =
      open(std::getenv("WEFT_ORACLE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (write(fd, line, static_cast<size_t>(bytes)) != bytes) std::abort();
}

inline void write_about(const char* what, int id) {
  char line[64];
  write_line(line, std::snprintf(line, sizeof line, "%s %d\n", what, id));
}

/// One run of one expression: an object at the top of its body.
class Life {
 public:
  Life(const char* function, int parent) : exceptions_(std::uncaught_exceptions()) {
    static std::atomic<int> last = 0;
    id_ = ++last;
    char line[128];
    write_line(line, std::snprintf(line, sizeof line, "begin %d %d %s\n", id_, parent, function));
  }
  /// An exception leaves the body, or its frame is destroyed, unless it was done.
  ~Life() {
    if (!ended_) end(std::uncaught_exceptions() > exceptions_ ? exception_outcome : "cancelled");
  }
  Life(const Life&) = delete;

  int id() const { return id_; }
  void suspend() const { write_about("suspend", id_); }
  void resume() const { write_about("resume", id_); }
  /// The last statement of the body.
  void done() { end("done"); }

 private:
  void end(const char* outcome) {
    ended_ = true;
    char line[64];
    write_line(line, std::snprintf(line, sizeof line, "end %d %s\n", id_, outcome));
  }

  int id_ = 0;
  int exceptions_;
  bool ended_ = false;
};

}  // namespace oracle
