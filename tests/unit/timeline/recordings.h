/// Recordings of guests, each made once a test program and removed at its end.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "recorder/launch/launcher.h"
#include "replayer/timeline/timeline.h"

namespace weft::timeline {

class Recordings {
 public:
  /// The path of a trace of tests/guests/NAME.
  static std::string of(const std::string& name) {
    static Recordings all;
    const auto at = all.paths_.find(name);
    return at != all.paths_.end() ? at->second : all.paths_[name] = all.record(name);
  }

 private:
  Recordings() {
    std::string pattern = std::filesystem::temp_directory_path() / "weft-timeline-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
  }
  ~Recordings() { std::filesystem::remove_all(folder_); }

  std::string record(const std::string& name) const {
    launch::RecordOptions options;
    const std::string path = std::string(WEFT_GUESTS) + "/" + name;
    options.program = *launch::find_program(path, "");
    options.arguments = {path};
    options.runtime_path = WEFT_RUNTIME;
    options.trace_path = folder_ + "/" + name + ".weft";
    options.quiet = true;
    // The launcher gives up this process's standard files, so a child plays it.
    const pid_t launcher = ::fork();
    if (launcher == 0) {
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, 0);
      ::dup2(null, 1);
      if (::chdir(folder_.c_str()) != 0) ::_exit(2);
      const auto status = launch::record_program(options);
      ::_exit(status ? 0 : 2);
    }
    int status = -1;
    ::waitpid(launcher, &status, 0);
    if (status != 0) throw std::runtime_error("cannot record " + path);
    return options.trace_path;
  }

  std::string folder_;
  std::map<std::string, std::string> paths_;
};

inline std::unique_ptr<Timeline> open_timeline(const std::string& guest,
                                               double spacing_seconds = 0.001) {
  TimelineOptions options;
  options.runtime_path = WEFT_RUNTIME;
  options.spacing_seconds = spacing_seconds;
  auto timeline = Timeline::open(Recordings::of(guest), options);
  if (!timeline) throw std::runtime_error(timeline.error().message);
  return std::move(*timeline);
}

}  // namespace weft::timeline
