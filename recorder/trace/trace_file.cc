#include "recorder/trace/trace_file.h"

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

ProcessLog::ProcessLog(uint32_t number, ChunkEncoder::Parts parts, LogStart start)
    : process(number),
      first_event(start.first_event),
      raw_offset(start.raw_offset),
      encoder(parts, {number, start.first_event, start.raw_offset}) {}

TraceFile::TraceFile(int fd, std::string path, uint64_t tsc_hz)
    : fd_(fd), path_(std::move(path)), clock_khz_(static_cast<uint32_t>(tsc_hz / 1000)) {}

TraceFile::~TraceFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::shared_ptr<TraceFile>> TraceFile::create(const std::string& path, const TraceInfo& info,
                                                     Overwrite overwrite) {
  const int base = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const int fd = ::open(path.c_str(), base | (overwrite == Overwrite::kRefuse ? O_EXCL : 0), 0600);
  if (fd < 0) return cannot_create(path, errno);
  auto file = std::make_shared<TraceFile>(fd, path, info.tsc_hz);
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return usage_error(fmt::format("{} is not a regular file", path),
                       "A trace needs a regular file: choose another one with -o");
  }
  if (::fchmod(fd, 0600) != 0 || ::ftruncate(fd, 0) != 0) return cannot_create(path, errno);
  if (Status written = file->write_header(info); !written) {
    ::unlink(path.c_str());
    return written.error();
  }
  return file;
}

Status TraceFile::write_header(const TraceInfo& info) {
  Prelude prelude{};
  prelude.magic = kFileMagic;
  prelude.version = info.format_version != 0 ? info.format_version : kOneProcessVersion;
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
Status TraceFile::write_all(const void* data, size_t bytes) {
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
Status TraceFile::cut_back(int error) {
  failed_ = true;
  const bool cut = ::ftruncate(fd_, static_cast<off_t>(file_bytes_)) == 0;
  return usage_error(
      fmt::format("Cannot write {}: {}; the trace ends after {} events{}", path_,
                  std::strerror(error), events_, cut ? "" : " (and has a torn end)"),
      error == ENOSPC || error == EDQUOT
          ? "Make room on the disk, or record to another one with -o; what was written is readable"
          : "What was written is readable; record to another file or disk with -o");
}

ProcessLog* TraceFile::begin_log(uint32_t process, LogStart start) {
  logs_.resize(std::max<size_t>(logs_.size(), process + size_t{1}));
  logs_[process] =
      std::make_unique<ProcessLog>(process, ChunkEncoder::Parts{&shared_, this, clock_khz_}, start);
  return logs_[process].get();
}

Status TraceFile::write_process(const ProcessLog& log, const ProcessRecord& record) {
  IndexEntry entry{};
  entry.file_offset = file_bytes_;
  ChunkHeader& header = entry.header;
  header.magic = kChunkMagic;
  header.type = ChunkType::kProcess;
  header.stored_bytes = sizeof record;
  header.first_event = log.first_event;
  header.raw_offset = log.raw_offset;
  header.process = log.process;
  header.stored_crc = crc32c(&record, sizeof record);
  header.header_crc = crc32c(&header, offsetof(ChunkHeader, header_crc));
  std::string all(reinterpret_cast<const char*>(&header), sizeof header);
  all.append(reinterpret_cast<const char*>(&record), sizeof record);
  if (Status status = write_all(all.data(), all.size()); !status) return status;
  index_.push_back(entry);
  return {};
}

Status TraceFile::flush(ProcessLog& log) {
  if (log.encoder.event_count() == 0 || !writes()) return {};
  IndexEntry entry{};
  entry.file_offset = file_bytes_;
  const uint32_t events = log.encoder.event_count();
  const uint32_t raw_bytes = log.encoder.raw_bytes();
  log.encoder.finish(chunk_);
  if (Status status = write_all(chunk_.data(), chunk_.size()); !status) return status;
  std::memcpy(&entry.header, chunk_.data(), sizeof entry.header);
  index_.push_back(entry);
  log.first_event += events;
  log.raw_offset += raw_bytes;
  events_ += events;
  raw_bytes_ += raw_bytes;
  return {};
}

void TraceFile::end_log(ProcessLog& log) {
  logs_[log.process].reset();
}

/// A failure shows at the next write of whoever asks: `writes` is false then.
void TraceFile::ensure_written(uint32_t process, uint64_t raw_offset) {
  if (process >= logs_.size() || !logs_[process]) return;
  if (raw_offset >= logs_[process]->raw_offset) (void)flush(*logs_[process]);
}

Status TraceFile::close() {
  Status status;
  if (!closed_) {
    for (const auto& log : logs_) {
      if (log == nullptr) continue;
      const Status flushed = flush(*log);
      if (status) status = flushed;
    }
    const Status of_index = write_index();
    if (status) status = of_index;
    shared_.packer.finish();
  }
  closed_ = true;
  return status;
}

Status TraceFile::write_index() {
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

TraceStats TraceFile::stats() const {
  TraceStats stats{events_, raw_bytes_, file_bytes_};
  for (const auto& log : logs_) {
    if (log == nullptr) continue;
    stats.events += log->encoder.event_count();
    stats.raw_bytes += log->encoder.raw_bytes();
  }
  return stats;
}

}  // namespace weft::trace
