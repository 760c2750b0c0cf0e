// `weft record`: its help, its options, and the check of the command line. The recording itself is
// made by recorder/launch.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "recorder/command/commands.h"
#include "recorder/launch/launcher.h"
#include "weft/base/human_text.h"
#include "weft/base/user_cache.h"
#include "weft/command/installation.h"

namespace weft::command {
namespace {

constexpr const char* kRecordDescription = R"(
DESCRIPTION
  Runs PROGRAM and writes everything that reaches it from outside (results of
  system calls, signals, the order of its threads) to one trace file. The
  program needs no preparation, and weft needs no privileges. PROGRAM is looked
  up in $PATH, as a shell does it.

  A recording is meant to be replayed on other machines too. So the program is
  told that it runs on an x86-64-v3 processor (AVX2, as in most PCs since 2015),
  even if this one has more. The recording then replays on every machine that
  has these features. --cpu chooses another level: x86-64-v2 for older machines,
  x86-64-v4 for AVX-512, or native. With native, the program may use everything
  that this processor has, and the recording replays only on processors that
  have it too.

  weft changes some bytes of the program's code in memory: at system calls, and
  where the program asks the processor for something. A program that checks its
  own code, or translates it (valgrind), may fail then. --no-patch leaves the
  code as it is. Each system call then takes some microseconds longer, and the
  recording replays only on processors like this one.

  The trace holds everything that the program read, including passwords and
  keys. Only its owner can read it (mode 0600).

  Signals that are sent to weft record are passed on to the program; Ctrl-C ends
  it as usual. If the program calls execve, the recording goes on in the same
  trace. Without --follow, child processes that the program makes run normally
  and are not recorded.

  With --follow they are recorded too, in the same file, each with a log of its
  own: FILE@N is the log of process N (weft info lists them). Processes run side
  by side; only threads of the same process take turns. The recording ends when
  the last process has ended, or with the program (--until-parent); Ctrl-C ends
  it while only children are left. Memory that processes share is recorded at
  their calls: a process that polls it without a call is not replayed exactly.
  Setuid programs, and more than 2,048 processes at a time, are not followed.

  The contents of the program's file and its libraries are in the trace too. In
  compressed form they are also kept in ~/.cache/weft/contents, 1 GiB at most,
  so that the next recording starts sooner. --no-cache neither uses nor fills
  this cache.

  While a program is recorded, its threads take turns. If others wait, a thread
  that computes loses its turn after a slice of 2 ms, or after half of it to a
  thread that comes back from a call. --slice sets it, from 0.5 to 1000 ms. A
  short slice lets threads that wait for I/O answer sooner, a long one costs
  less.

  For weft replay --verify, the trace holds digests of memory: of what changed,
  at each preemption, and from the first one on four times a second besides,
  where the kernel tracks what is written (Linux 6.7). That takes a hundredth of
  the time at most. With --digests they begin at the start, and come more often.
  Then they take a tenth of the time at most, or, ahead of each call, as long as
  it takes.

  If the program is killed, the trace holds every call that had returned to it.
  If weft is killed, the trace is readable up to its last complete chunk. If the
  disk is full, the recording ends and the program goes on.

EXAMPLES
  weft record ./server --port 8080
  weft record -o crash.weft -- python3 app.py
  weft record --follow -o build.weft make -j2
  weft record --force -o crash.weft sh -c 'exec ./worker < jobs.txt'

EXIT STATUS
  The program's own exit status; 128 + n if signal n ended it. If nothing was
  recorded:

  2  the program cannot be run, or the trace cannot be written
  3  weft cannot record this program

SEE ALSO
  weft replay, weft info, weft events, weft pack)";

constexpr double kShortestSliceMs = 0.5, kLongestSliceMs = 1000, kSeldomestDigestsMs = 3'600'000;

struct RecordArguments {
  std::string trace_path;
  std::string level{cpu::name_of(cpu::kDefaultLevel)};
  bool force = false;
  bool quiet = false;
  bool follow = false;
  bool until_parent = false;
  bool no_cache = false;
  bool no_patch = false;
  std::optional<double> digests_ms;
  bool debug_info = false;
  double slice_ms = static_cast<double>(launch::kSliceUs) / 1000;
};

Result<int> record(const RecordArguments& arguments, const std::vector<std::string>& words,
                   const KeepDebugInfo& keep) {
  if (words.empty()) {
    return Error{ErrorClass::kUsage, "which program should be recorded?",
                 "weft record [OPTIONS] [--] PROGRAM [ARGS...]"};
  }
  if (!(arguments.slice_ms >= kShortestSliceMs && arguments.slice_ms <= kLongestSliceMs)) {
    return Error{ErrorClass::kUsage, "--slice: a slice is 0.5 to 1000 milliseconds",
                 "weft record --slice 2 ./server"};
  }
  const char* search_path = std::getenv("PATH");
  auto program =
      launch::find_program(words.front(), search_path != nullptr ? search_path : "/bin:/usr/bin");
  if (!program) return program.error();
  if (const Status machine = launch::check_machine(); !machine) return machine.error();
  auto runtime = find_runtime();
  if (!runtime) return runtime.error();
  launch::RecordOptions options;
  options.program = *program;
  options.arguments = words;
  options.runtime_path = *runtime;
  options.trace_path = arguments.trace_path;
  options.level = *cpu::level_named(arguments.level);
  options.leaves_text = arguments.no_patch;
  options.force = arguments.force;
  options.quiet = arguments.quiet;
  options.follows = arguments.follow || arguments.until_parent;
  options.until_parent = arguments.until_parent;
  if (arguments.debug_info) options.when_written = keep;
  const std::string cache = arguments.no_cache ? "" : user_cache_directory();
  if (!cache.empty()) options.cache_directory = cache + "/contents";
  options.slice_us = static_cast<uint32_t>(arguments.slice_ms * 1000);
  if (arguments.digests_ms) {
    const bool always = *arguments.digests_ms == 0;
    options.digests = always ? channel::Digests::kAlways : channel::Digests::kWanted;
    options.digests_us = static_cast<uint32_t>(*arguments.digests_ms * 1000);
  }
  return launch::record_program(options);
}

void add_record_options(CLI::App& app, int& exit_status, const std::vector<std::string>& program,
                        const KeepDebugInfo& keep) {
  auto arguments = std::make_shared<RecordArguments>();
  // For the help only: these words are split off before any word is parsed.
  app.add_option("PROGRAM", "The program to record; its arguments follow")->type_name("");
  app.add_option("-o,--output", arguments->trace_path, "The trace file (default: PROGRAM-PID.weft)")
      ->type_name("FILE");
  std::vector<std::string> levels;
  for (const cpu::LevelName& row : cpu::kLevelNames) levels.emplace_back(row.name);
  app.add_option("--cpu", arguments->level, "The processor that the program is shown")
      ->type_name("LEVEL")
      ->check(CLI::IsMember(levels).description(""));
  app.add_flag("--force", arguments->force, "Overwrite an existing trace");
  app.add_flag("--no-patch", arguments->no_patch, "Change nothing in the program's text");
  app.add_flag("--follow,!--no-follow", arguments->follow,
               "Record child processes too, in the same file");
  app.add_flag("--until-parent", arguments->until_parent,
               "With --follow: end when the program itself ends");
  app.add_flag("-q,--quiet", arguments->quiet, "Print only errors: no progress, no summary");
  app.add_flag("--no-cache", arguments->no_cache,
               "Neither use nor fill the cache of file contents");
  app.add_option("--slice", arguments->slice_ms,
                 "Longest turn while other threads wait (default: 2)")
      ->type_name("MS");
  app.add_option("--digests", arguments->digests_ms,
                 "Time between digests of memory; 0: before each call")
      ->type_name("MS")
      ->check(CLI::Range(0.0, kSeldomestDigestsMs).description(""));
  app.add_flag("--debug-info", arguments->debug_info,
               "Keep symbols beside the trace, as weft pack does");
  app.callback([arguments, keep, &program, &exit_status] {
    const auto status = record(*arguments, program, keep);
    exit_status = status ? *status : report_error(status.error());
  });
}

}  // namespace

Command record_command(const std::vector<std::string>& program, KeepDebugInfo keep) {
  return {"record", "record one run of a program", "[OPTIONS] [--] PROGRAM [ARGS...]",
          kRecordDescription, [&program, keep = std::move(keep)](CLI::App& app, int& exit_status) {
            add_record_options(app, exit_status, program, keep);
          }};
}

}  // namespace weft::command
