// Real replays of a small recorded program, exact and falsified. The recording is made once.
#include "replayer/session/replay_process.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "recorder/launch/launcher.h"
#include "recorder/trace/trace_writer.h"
#include "replayer/session/divergence_report.h"
#include "replayer/trace/event_view.h"
#include "tests/unit/session/sample_trace.h"

namespace weft::session {
namespace {

using trace::EventKind;
using trace::EventView;

/// All events of a trace, in memory, so that a test can change them.
struct Recording {
  trace::TraceInfo info;
  std::vector<std::byte> events;

  static Recording of_echo() {
    const SampleTrace file{SampleLog()};
    launch::RecordOptions options;
    options.program = *launch::find_program("sh", "/usr/bin:/bin");
    options.arguments = {"sh", "-c", "echo hello >/dev/null"};
    options.runtime_path = WEFT_RUNTIME;
    options.trace_path = file.path();
    options.force = true;
    options.quiet = true;
    // The launcher gives up this process's standard files, so a child plays it.
    const pid_t launcher = ::fork();
    if (launcher == 0) ::_exit(*launch::record_program(options));
    int status = -1;
    ::waitpid(launcher, &status, 0);
    EXPECT_EQ(status, 0);
    auto reader = trace::TraceReader::open(file.path());
    Recording recording{reader->info(), {}};
    for (const auto& chunk : reader->chunks()) {
      const auto bytes = std::move(*reader->decode(chunk));
      recording.events.insert(recording.events.end(), bytes.begin(), bytes.end());
    }
    return recording;
  }

  static const Recording& shared() {
    static const Recording recording = of_echo();
    return recording;
  }

  /// Finds the write of "hello" and lets `change` do what it likes with its header.
  Recording with_changed_write(const std::function<void(trace::EventHeader&)>& change) const {
    Recording changed = *this;
    for (trace::EventCursor at(changed.events); !at.done(); at.next()) {
      trace::EventHeader header = at.event().header();
      if (at.event().kind() != EventKind::kSyscall || header.call != SYS_write) continue;
      change(header);
      const size_t offset =
          static_cast<size_t>(at.event().payload().data() - changed.events.data()) - sizeof header;
      std::memcpy(changed.events.data() + offset, &header, sizeof header);
      return changed;
    }
    ADD_FAILURE() << "no write was recorded";
    return changed;
  }
};

/// A trace file with the events, open for replay.
class Replay {
 public:
  explicit Replay(const Recording& recording) : file_(SampleLog()) {
    auto writer =
        trace::TraceWriter::create(file_.path(), recording.info, trace::Overwrite::kAllow);
    (void)writer->append(recording.events.data(), recording.events.size());
    (void)writer->close();
    reader_.emplace(std::move(*trace::TraceReader::open(file_.path())));
    log_ = std::move(*LogWindow::open(*reader_));
  }
  std::unique_ptr<ReplayProcess> spawn(uint64_t stop_before = UINT64_MAX) {
    ReplayRequest request;
    request.runtime_path = WEFT_RUNTIME;
    request.stop_before = trace::EventIndex(stop_before);
    return std::move(*ReplayProcess::spawn(*log_, request));
  }
  LogWindow& log() { return *log_; }
  const std::string& path() const { return file_.path(); }

 private:
  SampleTrace file_;
  std::optional<trace::TraceReader> reader_;
  std::unique_ptr<LogWindow> log_;
};

TEST(ReplayProcess, AnExactReplayEnds) {
  Replay replay(Recording::shared());
  EXPECT_EQ(replay.spawn()->wait(), Outcome::kEnded);
  EXPECT_EQ(replay.spawn()->wait(), Outcome::kEnded);  // and again, from the same log
}

TEST(ReplayProcess, ItParksBeforeTheEventThatWasAskedFor) {
  Replay replay(Recording::shared());
  const auto process = replay.spawn(20);
  EXPECT_EQ(process->wait(), Outcome::kParked);
  EXPECT_EQ(process->channel().position, 20u);
}

TEST(ReplayProcess, OtherDataIsADivergenceAndTheReportHasBothSides) {
  Replay replay(Recording::shared().with_changed_write([](auto& header) { header.check ^= 1; }));
  const auto process = replay.spawn();
  ASSERT_EQ(process->wait(), Outcome::kDiverged);
  const auto report = describe_divergence(replay.log(), *process, replay.path());
  EXPECT_EQ(report.thread, 0u);
  EXPECT_EQ(report.expected.rfind("write(1, ", 0), 0u) << report.expected;
  EXPECT_EQ(report.actual.rfind("write(1, ", 0), 0u) << report.actual;
  ASSERT_FALSE(report.backtrace.empty());
  EXPECT_EQ(report.backtrace[0].rfind("libc.so.6+0x", 0), 0u) << report.backtrace[0];
  EXPECT_GT(report.backtrace.size(), 1u);
  EXPECT_EQ(report.before.size(), 10u);
  const std::string text = divergence_text(report, replay.path());
  EXPECT_NE(text.find("see       weft events " + replay.path() + " --from "), std::string::npos);
}

TEST(ReplayProcess, AnotherCallIsADivergence) {
  Replay replay(
      Recording::shared().with_changed_write([](auto& header) { header.call = SYS_writev; }));
  const auto process = replay.spawn();
  ASSERT_EQ(process->wait(), Outcome::kDiverged);
  const auto report = describe_divergence(replay.log(), *process, replay.path());
  EXPECT_EQ(report.expected.rfind("writev(1, ", 0), 0u) << report.expected;
  EXPECT_EQ(report.actual.rfind("write(1, ", 0), 0u) << report.actual;
}

TEST(ReplayProcess, AProcessThatIsKilledIsReportedAsDead) {
  Replay replay(Recording::shared());
  const auto process = replay.spawn(20);
  ASSERT_EQ(process->wait(), Outcome::kParked);
  ::kill(process->pid(), SIGKILL);
  EXPECT_EQ(process->wait(), Outcome::kParked);  // what it said last still holds
}

TEST(ReplayProcess, WithoutTheRuntimeItDies) {
  Replay replay(Recording::shared());
  ReplayRequest request;
  request.runtime_path = "/nonexistent/weft-runtime";
  const auto process = std::move(*ReplayProcess::spawn(replay.log(), request));
  EXPECT_EQ(process->wait(), Outcome::kDied);
}

}  // namespace
}  // namespace weft::session
