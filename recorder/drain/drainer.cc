#include "recorder/drain/drainer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <vector>

#include "recorder/cache/content_cache.h"

namespace weft::drain {
namespace {

using namespace std::chrono_literals;
using trace::EventHeader;
using trace::EventKind;

constexpr auto kFlushAfter = 200ms;
constexpr auto kReportEvery = 500ms;
constexpr auto kBusyFor = 40ms;
/// The ring's space is given back in slices, so that the runtime need not wait for the whole of it;
/// a slice is looked at twice, so it should stay in the CPU's cache in between.
constexpr size_t kSliceBytes = 64 << 10;

/// Where an event begins is known only from the one before: without this each waits for its lines,
/// which the program's CPU has.
void fetch_ahead(std::span<const std::byte> bytes, size_t at) {
  constexpr size_t kAhead = 1024, kLine = 64;
  if (bytes.size() - at < kAhead + 2 * kLine) return;
  __builtin_prefetch(bytes.data() + at + kAhead);
  __builtin_prefetch(bytes.data() + at + kAhead + kLine);
}

/// The longest prefix of `bytes` of at most kSliceBytes (or one event) that is whole events, with
/// the last of them in `last`; empty if the first one is not an event.
std::span<const std::byte> whole_events(std::span<const std::byte> bytes, EventHeader& last) {
  size_t at = 0;
  while (bytes.size() - at >= sizeof(EventHeader) && at < kSliceBytes) {
    EventHeader header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    fetch_ahead(bytes, at);
    const uint64_t size = trace::event_bytes(header.size);
    if (size > trace::kMaxEventBytes || size > bytes.size() - at) break;
    last = header;
    at += size;
  }
  return bytes.first(at);
}

bool is_end(const EventHeader& event) {
  return event.kind == static_cast<uint8_t>(EventKind::kExit) ||
         event.kind == static_cast<uint8_t>(EventKind::kKilled);
}

}  // namespace

Drainer::Drainer(RingReader ring, trace::TraceWriter writer, DrainLink link, UniqueFd program_pidfd)
    : ring_(std::move(ring)),
      writer_(std::move(writer)),
      link_(std::move(link)),
      program_pidfd_(std::move(program_pidfd)),
      next_report_(Clock::now() + kReportEvery) {}

void Drainer::run() {
  while (true) {
    // The order matters: what was written before the end is in the ring when the end is seen, and
    // an end that comes after the look is a wake-up that the sleep does not miss.
    const uint32_t seen = ring_.wake_count();
    const bool ended = program_ended();
    drain();
    if (ended) break;
    flush_old_data();
    report_progress();
    gathering_watch_.look_after(ring_.channel());
    ring_.sleep(seen, sleeper_watch_.look(ring_.channel()));
  }
  // The launcher, if it lives, is about to say how the program ended; it may also be stopped.
  if (!wait_status_ && !failed_) (void)writer_.flush();
  while (!wait_status_) {
    const auto message = link_.wait();
    if (!message) break;
    if (message->kind == MessageKind::kEnded) wait_status_ = message->wait_status;
  }
  note_end(wait_status_);
  close();
}

bool Drainer::program_ended() {
  if (const auto message = link_.receive(); message && message->kind == MessageKind::kEnded) {
    wait_status_ = message->wait_status;
    return true;
  }
  pollfd ended{program_pidfd_.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) > 0;
}

void Drainer::drain() {
  bool malformed = false;
  for (auto waiting = ring_.waiting(); !waiting.empty(); waiting = ring_.waiting()) {
    const auto slice = failed_ ? waiting : whole_events(waiting, last_event_);
    if (slice.empty()) {  // not an event: published ones are whole
      malformed = true;
      break;
    }
    if (!failed_) append(slice);
    ring_.consume(slice.size());
    last_data_ = Clock::now();
  }
  if ((ring_.damaged() || malformed) && !failed_) {
    stop_because({ErrorClass::kUnsupported,
                  "the program wrote over weft's own memory; recording ends here",
                  "the trace is complete up to there; look for a stray write just before"});
  }
}

void Drainer::append(std::span<const std::byte> events) {
  const Status status = writer_.append(events.data(), events.size());
  if (!status) return stop_because(status.error());
  if (!unflushed_) first_unflushed_ = Clock::now();
  unflushed_ = true;
}

void Drainer::flush_old_data() {
  if (!unflushed_ || failed_ || Clock::now() - first_unflushed_ < kFlushAfter) return;
  unflushed_ = false;
  if (const Status status = writer_.flush(); !status) stop_because(status.error());
}

void Drainer::report_progress() {
  const auto now = Clock::now();
  if (now < next_report_) return;
  next_report_ = now + kReportEvery;
  Message message;
  message.kind = MessageKind::kProgress;
  message.busy = now - last_data_ < kBusyFor;
  message.counters = counters();
  link_.send(message);
}

void Drainer::stop_because(const Error& error) {
  failed_ = true;
  ring_.stop_recording();
  link_.send_trouble(error);
}

void Drainer::note_end(std::optional<int> wait_status) {
  if (failed_ || is_end(last_event_)) return;
  if (wait_status && WIFSIGNALED(*wait_status)) {
    return append_own(EventKind::kKilled, WTERMSIG(*wait_status), "");
  }
  if (wait_status) {
    return append_own(EventKind::kUnusual, 0,
                      "the program ended with exit status " +
                          std::to_string(WEXITSTATUS(*wait_status)) +
                          " without an event that says so");
  }
  append_own(EventKind::kUnusual, 0,
             "how the program ended is not known: weft record was killed before it");
}

void Drainer::append_own(EventKind kind, int64_t result, const std::string& text) {
  EventHeader header{};
  header.time = std::max(last_event_.time, uint64_t{__rdtsc()});
  header.result = result;
  header.size = static_cast<uint32_t>(text.size());
  header.thread = last_event_.thread;
  header.kind = static_cast<uint8_t>(kind);
  std::vector<std::byte> bytes(trace::event_bytes(header.size));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, text.data(), text.size());
  append(bytes);
}

void Drainer::close() {
  const Status status = writer_.close();
  if (!status && !failed_) stop_because(status.error());
  Message message;
  message.kind = MessageKind::kClosed;
  message.counters = counters();
  link_.send(message);
}

Counters Drainer::counters() const {
  const auto stats = writer_.stats();
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
  Message ready;
  ready.kind = MessageKind::kReady;
  link.send(ready);
  Drainer(std::move(*ring), std::move(*writer), std::move(link), UniqueFd(program_pidfd)).run();
  ::_exit(0);
}

}  // namespace weft::drain
