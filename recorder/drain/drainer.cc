#include "recorder/drain/drainer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "recorder/cache/content_cache.h"
#include "weft/trace/notes.h"

namespace weft::drain {
namespace {

using namespace std::chrono_literals;

constexpr auto kReportEvery = 500ms;
constexpr auto kBusyFor = 40ms;

}  // namespace

Drainer::Drainer(RingReader ring, trace::TraceWriter writer, DrainLink link, UniqueFd program_pidfd,
                 ProcessClaims claims)
    : family_(ProcessDrain(std::move(ring), std::move(writer)), std::move(claims)),
      link_(std::move(link)),
      program_pidfd_(std::move(program_pidfd)),
      next_report_(Clock::now() + kReportEvery) {}

void Drainer::run() {
  bool ended = false;
  while (!stop_asked_) {
    // The order matters: what was written before the end is in the ring when the end is seen, and
    // an end that comes after the look is a wake-up that the sleep does not miss.
    const uint32_t seen = family_.root().ring().wake_count();
    if (!program_ended_) program_ended_ = program_ended();
    ended = program_ended_;
    if (ended) family_.note_root_end();
    drain();
    if (Status status = family_.bury_children(); !status) stop_because(status.error());
    if (ended && (failed_ || until_parent_ || family_.children_alive() == 0)) break;
    if (ended) tell_of_children();
    if (Status status = family_.flush_old_data(); !status) stop_because(status.error());
    report_progress();
    family_.root().ring().sleep(seen, family_.look_after_threads());
  }
  end_recording();
}

/// Whoever still runs goes on unrecorded.
void Drainer::end_recording() {
  if (family_.children_alive() != 0 || !program_ended_) {
    drain();
    if (Status status = family_.bury_children(); !status) stop_because(status.error());
    if (Status status = family_.note_that_children_run(); !status) stop_because(status.error());
    children_left_ = static_cast<uint32_t>(family_.children_alive());
    family_.stop_recording();
  }
  // The launcher, if it lives, is about to say how the program ended; it may also be stopped.
  if (!wait_status_ && !failed_) (void)family_.root().writer().flush();
  while (!wait_status_ && !stop_asked_) {
    const auto message = link_.wait();
    if (!message) break;
    handle(*message);
  }
  note_end(wait_status_);
  close();
}

void Drainer::handle(const Message& message) {
  if (message.kind == MessageKind::kEnded) wait_status_ = message.wait_status;
  if (message.kind == MessageKind::kStop) stop_asked_ = true;
}

bool Drainer::program_ended() {
  while (const auto message = link_.receive()) handle(*message);
  if (wait_status_) return true;
  pollfd ended{program_pidfd_.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) > 0;
}

/// Once, and then the launcher's messages are read here.
void Drainer::tell_of_children() {
  while (const auto message = link_.receive()) handle(*message);
  if (told_of_children_) return;
  told_of_children_ = true;
  Message message;
  message.kind = MessageKind::kChildrenLeft;
  message.processes = static_cast<uint32_t>(family_.children_alive());
  link_.send(message);
}

void Drainer::drain() {
  if (const Status status = family_.drain(); !status && !failed_) stop_because(status.error());
}

void Drainer::report_progress() {
  const auto now = Clock::now();
  if (now < next_report_) return;
  next_report_ = now + kReportEvery;
  Message message;
  message.kind = MessageKind::kProgress;
  message.busy = now - family_.last_data() < kBusyFor;
  message.counters = counters();
  link_.send(message);
}

void Drainer::stop_because(const Error& error) {
  if (failed_) return;
  failed_ = true;
  family_.stop_recording();
  link_.send_trouble(error);
}

void Drainer::note_end(std::optional<int> wait_status) {
  if (failed_) return;
  const char* unknown =
      stop_asked_ ? trace::kStillRuns
                  : "how the program ended is not known: weft record was killed before it";
  if (const Status status = family_.root().note_end(wait_status, unknown); !status)
    stop_because(status.error());
}

void Drainer::close() {
  const Status status = family_.root().writer().close();
  if (!status && !failed_) stop_because(status.error());
  Message message;
  message.kind = MessageKind::kClosed;
  message.counters = counters();
  message.processes = family_.process_count();
  message.left = children_left_;
  link_.send(message);
}

Counters Drainer::counters() {
  const auto stats = family_.root().writer().stats();
  return {stats.events, stats.raw_bytes, stats.file_bytes};
}

namespace {

/// Keeps only the recorder's own three descriptors: an inherited pipe that stays open here would
/// keep its reader waiting for an end of file.
void keep_only(int& channel_fd, int& program_pidfd, int& link_fd) {
  constexpr int kHigh = 64;
  for (int* fd : {&channel_fd, &program_pidfd, &link_fd}) {
    if (const int moved = ::fcntl(*fd, F_DUPFD_CLOEXEC, kHigh); moved >= 0) *fd = moved;
  }
  int kept[] = {channel_fd, program_pidfd, link_fd};
  std::sort(std::begin(kept), std::end(kept));
  unsigned next = 0;
  for (const int fd : kept) {
    const auto here = static_cast<unsigned>(fd);
    if (here > next) ::close_range(next, here - 1, 0);
    next = here + 1;
  }
  ::close_range(next, ~0u, 0);
  // 0, 1 and 2 stay taken, so that no file of ours ever becomes somebody's standard output.
  while (true) {
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) break;
    if (fd > 2) {
      ::close(fd);
      break;
    }
  }
}

void ignore_polite_signals() {
  for (int number = 1; number < NSIG; ++number) {
    const bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                       number == SIGILL || number == SIGABRT;
    if (!fault) ::signal(number, SIG_IGN);
  }
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// A descriptor for each process of a tree.
void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void run_recorder_process(const DrainJob& job) {
  ::setsid();
  ::prctl(PR_SET_NAME, "weft-recorder");
  ignore_polite_signals();
  int channel_fd = job.channel_fd;
  int program_pidfd = job.program_pidfd;
  int link_fd = job.link_fd;
  keep_only(channel_fd, program_pidfd, link_fd);
  DrainLink link{UniqueFd(link_fd)};
  auto ring = RingReader::map(channel_fd);
  if (!ring) {
    link.send_trouble(ring.error());
    ::_exit(1);
  }
  auto writer = trace::TraceWriter::create(job.trace_path, job.info, job.overwrite);
  if (!writer) {
    link.send_trouble(writer.error());
    ::_exit(1);
  }
  if (!job.cache_directory.empty()) writer->use(cache::ContentCache(job.cache_directory));
  ProcessClaims claims;
  if (job.follows) {
    allow_many_files();
    ring->channel().recorder_fd = channel_fd;
    auto mapped = ProcessClaims::map(UniqueFd(channel_fd));
    if (!mapped) {
      link.send_trouble(mapped.error());
      ::_exit(1);
    }
    claims = std::move(*mapped);
  }
  Message ready;
  ready.kind = MessageKind::kReady;
  link.send(ready);
  Drainer drainer(std::move(*ring), std::move(*writer), std::move(link), UniqueFd(program_pidfd),
                  std::move(claims));
  if (job.until_parent) drainer.end_with_parent();
  drainer.run();
  ::_exit(0);
}

}  // namespace weft::drain
