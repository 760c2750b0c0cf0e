/// Which lines a program wrote, and where: a pass over the events of a trace.
///
///   write(1, ...)                        stdout, and stderr, as the program was started with them
///   open("app.log", O_APPEND); write()   a log file: one that is opened to append to it, or whose name
///                                        says "log"; duplicates of its descriptor are the same file
#pragma once

#include <map>
#include <string>

#include "debugger/connections/files/moved_bytes.h"
#include "debugger/connections/tracker/connection_tracker.h"
#include "debugger/report/logs/line_joiner.h"

namespace weft::report {

struct LogLine {
  WrittenLine line;
  std::string stream;  ///< "stdout", "stderr", or the path of the file as the program named it
};

class LogReader {
 public:
  using Take = std::function<void(const LogLine& line)>;
  explicit LogReader(Take take) : take_(std::move(take)) {}

  /// All events of the trace, in order.
  void add(trace::EventIndex index, const trace::EventView& event);
  void finish();

 private:
  struct Stream {
    std::string name;
    LineJoiner joiner;
  };
  Stream* stream_of(const trace::EventView& event);
  LineJoiner::Take named(const std::string& stream);

  Take take_;
  connections::ConnectionTracker tracker_;
  connections::MovedBytes moved_;
  std::map<uint64_t, Stream> streams_;  ///< by the number of the open file; standard ones below
};

/// A file whose lines are a log.
bool is_log_file(std::string_view path, bool appends);

}  // namespace weft::report
