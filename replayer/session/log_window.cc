#include "replayer/session/log_window.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "replayer/trace/event_view.h"
#include "weft/base/available_memory.h"
#include "weft/base/futex.h"
#include "weft/channel/layout.h"

namespace weft::session {
namespace {

/// Logs up to this size lie in memory, however much there is.
constexpr uint64_t kMemoryBytes = 256u << 20;

const char* temporary_directory() {
  const char* directory = std::getenv("TMPDIR");
  return directory != nullptr && directory[0] != '\0' ? directory : P_tmpdir;
}

Error no_room(uint64_t bytes, int error) {
  return {ErrorClass::kUsage,
          fmt::format("no room for the decoded log ({} bytes) in {}: {}", bytes,
                      temporary_directory(), std::strerror(error)),
          "set TMPDIR to a directory on a larger disk"};
}

UniqueFd create_file(uint64_t bytes) {
  if (bytes <= kMemoryBytes || is_small_part(bytes, available_memory()))
    return UniqueFd(::memfd_create("weft-log", MFD_CLOEXEC));
  UniqueFd fd(::open(temporary_directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd) return fd;
  // A file system without O_TMPFILE: a name for a moment.
  std::string name = std::string(temporary_directory()) + "/weft-log-XXXXXX";
  fd.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (fd) ::unlink(name.c_str());
  return fd;
}

}  // namespace

Result<std::unique_ptr<LogWindow>> LogWindow::open(trace::TraceReader& reader) {
  const uint64_t bytes = reader.total_raw_bytes();
  UniqueFd file = create_file(bytes);
  // One page at least: an empty file cannot be mapped.
  const uint64_t file_bytes = std::max<uint64_t>(bytes, 4096);
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(file_bytes)) != 0) {
    return no_room(bytes, errno);
  }
  Mapping view = Mapping::shared(file.get(), file_bytes, PROT_READ);
  if (!view) return no_room(bytes, errno);
  return std::unique_ptr<LogWindow>(new LogWindow(std::move(file), reader, std::move(view)));
}

LogWindow::LogWindow(UniqueFd file, trace::TraceReader& reader, Mapping view)
    : file_(std::move(file)),
      reader_(reader),
      view_(std::move(view)),
      bytes_(reader.total_raw_bytes()),
      event_count_(reader.total_events()),
      thread_([this](const std::stop_token& stop) { decode_all(stop); }) {}

LogWindow::~LogWindow() = default;

Result<UniqueFd> LogWindow::open_for_reading() const {
  const std::string path = fmt::format("/proc/self/fd/{}", file_.get());
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) return fd;
  return Error{ErrorClass::kUsage, fmt::format("cannot open {}: {}", path, std::strerror(errno)),
               "weft needs /proc"};
}

void LogWindow::decode_all(const std::stop_token& stop) {
  std::vector<std::byte> buffer;
  for (const trace::ChunkRef& chunk : reader_.chunks()) {
    if (stop.stop_requested()) return;
    buffer.resize(chunk.raw_bytes);
    Status status = reader_.decode(chunk, buffer);
    if (status) status = write_at(chunk.raw_offset, buffer);
    if (!status) return publish(chunk.raw_offset, Decoding::kEnded, status.error());
    summarize(buffer);
    {
      const std::lock_guard lock(mutex_);
      index_.add(buffer);
    }
    publish(chunk.raw_offset + chunk.raw_bytes, Decoding::kGoesOn);
  }
  publish(bytes_, Decoding::kEnded);
}

std::span<const std::byte> LogWindow::events_so_far() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return available_ > 0 || complete_; });
  return {view_.data(), available_};
}

bool LogWindow::decoded() const {
  const std::lock_guard lock(mutex_);
  return complete_;
}

std::optional<LogWindow::Near> LogWindow::near(trace::EventIndex event) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return available_events_ > event.value() || complete_; });
  if (event.value() >= available_events_) return std::nullopt;
  const uint64_t stride = event.value() / LogIndex::kStride;
  return Near{trace::EventIndex(stride * LogIndex::kStride), index_.offsets()[stride],
              view_.data()};
}

const LogIndex& LogWindow::index() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return complete_; });
  return index_;
}

const std::vector<trace::LogStretch>& LogWindow::mappings() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return complete_; });
  return mappings_;
}

/// The file keeps them; only this process's view of them is given up.
void LogWindow::release(uint64_t begin, uint64_t end) const {
  begin = layout::page_up(begin), end = layout::page_down(std::min(end, bytes_));
  if (begin < end) ::madvise(view_.data() + begin, end - begin, MADV_DONTNEED);
}

/// Here, because `events` are still in the CPU's cache.
void LogWindow::summarize(std::span<const std::byte> events) {
  for (trace::EventCursor at(events); !at.done(); at.next()) {
    const trace::EventHeader header = at.event().header();
    summary_.threads = std::max(summary_.threads, header.thread + 1);
    summary_.last_time = std::max(summary_.last_time, at.event().time());
  }
}

LogSummary LogWindow::summary() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return complete_; });
  return summary_;
}

Status LogWindow::write_at(uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return no_room(bytes_, errno);
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  return {};
}

void LogWindow::publish(uint64_t available, Decoding decoding, std::optional<Error> failure) {
  const std::lock_guard lock(mutex_);
  available_ = available;
  available_events_ = index_.event_count();
  complete_ = decoding == Decoding::kEnded;
  if (complete_) {
    for (const LogIndex::Range& range : index_.mappings()) {
      mappings_.push_back({range.first, {view_.data() + range.begin, range.end - range.begin}});
    }
  }
  failure_ = std::move(failure);
  for (channel::ReplayChannel* channel : channels_) tell(*channel, available, complete_);
  changed_.notify_all();
}

void LogWindow::tell(channel::ReplayChannel& channel, uint64_t available, bool complete) {
  channel.available.store(available, std::memory_order_release);
  channel.complete.store(complete ? 1 : 0, std::memory_order_release);
  futex_signal(channel.available_futex);
}

void LogWindow::attach(channel::ReplayChannel& channel) {
  const std::lock_guard lock(mutex_);
  channel.log_bytes = bytes_;
  channel.event_count = event_count_;
  channel.format_version = reader_.info().format_version;
  channel.program_start = layout::program_start(channel.format_version);
  channel.processor = reader_.info().processor;
  channel.tsc_hz = reader_.info().tsc_hz;
  channels_.push_back(&channel);
  tell(channel, available_, complete_);
}

void LogWindow::detach(channel::ReplayChannel& channel) {
  const std::lock_guard lock(mutex_);
  std::erase(channels_, &channel);
}

std::optional<Error> LogWindow::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::span<const std::byte> LogWindow::events_before(uint64_t end) {
  std::unique_lock lock(mutex_);
  end = std::min(end, bytes_);
  changed_.wait(lock, [&] { return available_ >= end || complete_; });
  return {view_.data(), std::min(end, available_)};
}

}  // namespace weft::session
