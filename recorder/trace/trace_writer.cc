#include "recorder/trace/trace_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "weft/trace/crc32c.h"

namespace weft::trace {

namespace {

Error usage_error(std::string message, std::string hint) {
  return {ErrorClass::kUsage, std::move(message), std::move(hint)};
}

Error cannot_create(const std::string& path, int error) {
  std::string hint = "Choose another file with -o";
  if (error == EEXIST) {
    return usage_error(fmt::format("{} exists already", path),
                       "Choose another file with -o, or overwrite it with --force");
  }
  if (error == EACCES || error == EROFS) hint = "Choose a directory that you may write to, with -o";
  if (error == ENOENT) hint = "Make the directory first, or choose another file with -o";
  return usage_error(fmt::format("Cannot create {}: {}", path, std::strerror(error)), hint);
}

void put_field(std::string& out, InfoField type, const void* data, size_t bytes) {
  const InfoFieldHeader header{type, static_cast<uint32_t>(bytes)};
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
  out.append(static_cast<const char*>(data), bytes);
}

void put_field(std::string& out, InfoField type, const std::string& text) {
  put_field(out, type, text.data(), text.size());
}

std::string info_fields(const TraceInfo& info) {
  std::string out;
  put_field(out, InfoField::kUuid, info.uuid.data(), info.uuid.size());
  put_field(out, InfoField::kProgram, info.program);
  for (const std::string& text : info.arguments) put_field(out, InfoField::kArgument, text);
  for (const std::string& text : info.environment) put_field(out, InfoField::kEnvironment, text);
  put_field(out, InfoField::kDirectory, info.working_directory);
  put_field(out, InfoField::kHostName, info.host_name);
  put_field(out, InfoField::kCpuModel, info.cpu_model);
  put_field(out, InfoField::kKernel, info.kernel_release);
  const uint64_t clock[3] = {info.tsc_hz, info.start_tsc,
                             static_cast<uint64_t>(info.start_wall_ns)};
  put_field(out, InfoField::kClock, clock, sizeof clock);
  if (info.processor.level != cpu::Level::kUnknown)
    put_field(out, InfoField::kProcessor, &info.processor, sizeof info.processor);
  return out;
}

}  // namespace

TraceWriter::TraceWriter(int fd, std::string path, uint64_t tsc_hz)
    : fd_(fd),
      path_(std::move(path)),
      encoder_(std::make_unique<ChunkEncoder>(static_cast<uint32_t>(tsc_hz / 1000))) {}

TraceWriter::TraceWriter(TraceWriter&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      encoder_(std::move(other.encoder_)),
      chunk_(std::move(other.chunk_)),
      index_(std::move(other.index_)),
      file_bytes_(other.file_bytes_),
      events_(other.events_),
      raw_bytes_(other.raw_bytes_),
      failed_(other.failed_),
      closed_(other.closed_) {}

TraceWriter::~TraceWriter() {
  if (fd_ >= 0) ::close(fd_);
}

Result<TraceWriter> TraceWriter::create(const std::string& path, const TraceInfo& info,
                                        Overwrite overwrite) {
  const int base = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const int fd = ::open(path.c_str(), base | (overwrite == Overwrite::kRefuse ? O_EXCL : 0), 0600);
  if (fd < 0) return cannot_create(path, errno);
  TraceWriter writer(fd, path, info.tsc_hz);
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return usage_error(fmt::format("{} is not a regular file", path),
                       "A trace needs a regular file: choose another one with -o");
  }
  if (::fchmod(fd, 0600) != 0 || ::ftruncate(fd, 0) != 0) return cannot_create(path, errno);
  if (Status written = writer.write_header(info); !written) {
    ::unlink(path.c_str());
    return written.error();
  }
  return writer;
}

Status TraceWriter::write_header(const TraceInfo& info) {
  Prelude prelude{};
  prelude.magic = kFileMagic;
  prelude.version = kFormatVersion;
  std::memcpy(prelude.weft_version, info.weft_version.data(),
              std::min(info.weft_version.size(), sizeof prelude.weft_version - 1));
  prelude.crc = crc32c(&prelude, offsetof(Prelude, crc));
  const std::string fields = info_fields(info);
  if (fields.size() > kMaxInfoBytes) {
    return usage_error("The program's arguments and environment are too large for a trace",
                       "Start it with a smaller environment");
  }
  InfoHeader header{static_cast<uint32_t>(fields.size()), 0};
  header.crc = crc32c(fields.data(), fields.size(), crc32c(&header.bytes, sizeof header.bytes));
  std::string all(reinterpret_cast<const char*>(&prelude), sizeof prelude);
  all.append(reinterpret_cast<const char*>(&header), sizeof header);
  all += fields;
  return write_all(all.data(), all.size());
}

/// All or nothing, at the end of the file.
Status TraceWriter::write_all(const void* data, size_t bytes) {
  const auto* from = static_cast<const char*>(data);
  size_t done = 0;
  while (done < bytes) {
    const ssize_t count =
        ::pwrite(fd_, from + done, bytes - done, static_cast<off_t>(file_bytes_ + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return cut_back(count < 0 ? errno : ENOSPC);
    done += static_cast<size_t>(count);
  }
  file_bytes_ += bytes;
  return {};
}

/// Removes what a failed write left after its last whole chunk.
Status TraceWriter::cut_back(int error) {
  failed_ = true;
  const bool cut = ::ftruncate(fd_, static_cast<off_t>(file_bytes_)) == 0;
  return usage_error(
      fmt::format("Cannot write {}: {}; the trace ends after {} events{}", path_,
                  std::strerror(error), events_, cut ? "" : " (and has a torn end)"),
      error == ENOSPC || error == EDQUOT
          ? "Make room on the disk, or record to another one with -o; what was written is readable"
          : "What was written is readable; record to another file or disk with -o");
}

Status TraceWriter::append(const std::byte* events, size_t bytes) {
  while (bytes > 0 && !failed_ && !closed_) {
    EventHeader header;
    if (bytes < sizeof header) return refuse("a cut event");
    std::memcpy(&header, events, sizeof header);
    if (header.size > kMaxEventBytes || event_bytes(header.size) > kMaxEventBytes)
      return refuse("an event that is too large");
    const auto size = static_cast<uint32_t>(event_bytes(header.size));
    if (size > bytes) return refuse("a cut event");
    if (encoder_->raw_bytes() + size > kChunkRawBytes && encoder_->event_count() > 0) {
      if (Status status = write_chunk(); !status) return status;
    }
    if (const char* fault = encoder_->add(header, events + sizeof header)) return refuse(fault);
    events += size;
    bytes -= size;
  }
  return {};
}

/// The trace ends before this event.
Status TraceWriter::refuse(const char* fault) {
  const Error error{
      ErrorClass::kUnsupported,
      fmt::format("Event {} cannot be recorded: the ring holds {}", stats().events, fault),
      "Either the program wrote over weft's memory, or weft has a bug: please report it"};
  const Status status = flush();
  failed_ = true;
  return status ? error : status.error();
}

Status TraceWriter::flush() {
  return encoder_->event_count() > 0 && !failed_ && !closed_ ? write_chunk() : Status{};
}

Status TraceWriter::write_chunk() {
  IndexEntry entry{};
  entry.file_offset = file_bytes_;
  const uint32_t events = encoder_->event_count();
  const uint32_t raw_bytes = encoder_->raw_bytes();
  encoder_->finish(chunk_);
  if (Status status = write_all(chunk_.data(), chunk_.size()); !status) return status;
  std::memcpy(&entry.header, chunk_.data(), sizeof entry.header);
  index_.push_back(entry);
  events_ += events;
  raw_bytes_ += raw_bytes;
  return {};
}

Status TraceWriter::close() {
  Status status = flush();
  if (!closed_ && fd_ >= 0) {
    const Status of_index = write_index();
    if (status) status = of_index;
    encoder_->write_cache();
  }
  closed_ = true;
  return status;
}

Status TraceWriter::write_index() {
  const size_t entry_bytes = index_.size() * sizeof(IndexEntry);
  ChunkHeader header{};
  header.magic = kChunkMagic;
  header.type = ChunkType::kIndex;
  header.stored_bytes = static_cast<uint32_t>(entry_bytes);
  header.first_event = events_;
  header.raw_offset = raw_bytes_;
  header.event_count = static_cast<uint32_t>(index_.size());
  header.stored_crc = crc32c(index_.data(), entry_bytes);
  header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
  Footer footer{};
  footer.magic = kFooterMagic;
  footer.index_offset = file_bytes_;
  footer.index_crc = header.header_crc;
  footer.crc = crc32c(&footer, offsetof(Footer, crc));
  std::string all(reinterpret_cast<const char*>(&header), sizeof header);
  all.append(reinterpret_cast<const char*>(index_.data()), entry_bytes);
  all.append(reinterpret_cast<const char*>(&footer), sizeof footer);
  return write_all(all.data(), all.size());
}

TraceStats TraceWriter::stats() const {
  return {events_ + encoder_->event_count(), raw_bytes_ + encoder_->raw_bytes(), file_bytes_};
}

}  // namespace weft::trace
