#include "replayer/trace/trace_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "replayer/trace/trace_header.h"
#include "replayer/trace/trace_name.h"
#include "weft/base/shell_word.h"
#include "weft/trace/crc32c.h"

namespace weft::trace {

namespace {

Error cannot_open(const std::string& path, int error) {
  return {ErrorClass::kUsage, fmt::format("Cannot open {}: {}", path, std::strerror(error)),
          error == EACCES
              ? "Traces are readable by their owner only: ask for access, or be that user"
              : kNotATraceHint};
}

bool header_is_sound(const ChunkHeader& header) {
  return header.magic == kChunkMagic &&
         header.header_crc == crc32c(&header, offsetof(ChunkHeader, header_crc));
}

}  // namespace

TraceReader::TraceReader(int fd, std::string path)
    : fd_(fd),
      path_(std::move(path)),
      decoder_(std::make_unique<ChunkDecoder>()),
      earlier_(std::make_unique<EarlierChunks>()) {}

TraceReader::TraceReader(TraceReader&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      info_(std::move(other.info_)),
      file_bytes_(other.file_bytes_),
      chunks_start_(other.chunks_start_),
      tree_(std::move(other.tree_)),
      process_(other.process_),
      chunks_(std::move(other.chunks_)),
      complete_(other.complete_),
      tail_damage_(std::move(other.tail_damage_)),
      stored_(std::move(other.stored_)),
      decoder_(std::move(other.decoder_)),
      earlier_(std::move(other.earlier_)) {}

TraceReader::~TraceReader() {
  if (fd_ >= 0) ::close(fd_);
}

Result<TraceReader> TraceReader::open(const std::string& path) {
  const TraceName name = parse_trace_name(path);
  const int fd = ::open(name.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return cannot_open(path, errno);
  TraceReader reader(fd, path);
  if (auto error = reader.read_file_size()) return *error;
  auto header = read_header([&reader](uint64_t offset, void* to,
                                      size_t bytes) { return reader.read_at(offset, to, bytes); },
                            reader.file_bytes_);
  if (!header) return reader.bad(header.error().message, header.error().hint);
  reader.info_ = std::move(header->info);
  reader.chunks_start_ = header->bytes;
  if (!reader.read_index()) reader.walk_chunks();
  if (!reader.tree_.has(name.process)) {
    return Error{ErrorClass::kUsage,
                 fmt::format("there is no process {} in {}", name.process, name.file),
                 fmt::format("see them with weft info {}", shell_word(name.file))};
  }
  reader.process_ = name.process;
  reader.chunks_ = reader.tree_.log_of(name.process);
  return reader;
}

Error TraceReader::bad(std::string what, std::string hint) const {
  return {ErrorClass::kBadTrace, path_ + " " + std::move(what), std::move(hint)};
}

bool TraceReader::read_at(uint64_t offset, void* to, size_t bytes) const {
  auto* at = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t count = ::pread(fd_, at, bytes, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    offset += static_cast<uint64_t>(count);
    bytes -= static_cast<size_t>(count);
  }
  return true;
}

std::optional<Error> TraceReader::read_file_size() {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return cannot_open(path_, errno);
  if (S_ISDIR(status.st_mode)) return bad("is a directory, not a weft trace", kNotATraceHint);
  if (!S_ISREG(status.st_mode)) return bad("is not a regular file", kNotATraceHint);
  if (status.st_size == 0) return bad("is empty", kNotATraceHint);
  file_bytes_ = static_cast<uint64_t>(status.st_size);
  return std::nullopt;
}

uint64_t TraceReader::total_events() const {
  return tree_.process(process_).next_event;
}

uint64_t TraceReader::total_raw_bytes() const {
  return tree_.process(process_).next_raw;
}

/// Null, or what is wrong with a chunk of kProcess.
const char* TraceReader::add_process(uint64_t file_offset, const ChunkHeader& header) {
  ProcessRecord record;
  if (header.stored_bytes != sizeof record ||
      !read_at(file_offset + sizeof header, &record, sizeof record))
    return "is cut";
  if (header.stored_crc != crc32c(&record, sizeof record)) return "is damaged";
  return tree_.add_process(header, record);
}

const char* TraceReader::add_chunk(uint64_t file_offset, const ChunkHeader& header) {
  if (header.type == ChunkType::kProcess) return add_process(file_offset, header);
  return tree_.add_chunk(file_offset, header);
}

/// The index that a clean close left at the end. False, and nothing taken, if any of it is wrong.
bool TraceReader::read_index() {
  Footer footer;
  if (file_bytes_ < chunks_start_ + sizeof(ChunkHeader) + sizeof footer) return false;
  const uint64_t footer_at = file_bytes_ - sizeof footer;
  if (!read_at(footer_at, &footer, sizeof footer)) return false;
  if (footer.magic != kFooterMagic || footer.crc != crc32c(&footer, offsetof(Footer, crc)))
    return false;
  ChunkHeader header;
  if (footer.index_offset < chunks_start_ || footer.index_offset > footer_at - sizeof header ||
      !read_at(footer.index_offset, &header, sizeof header) || !header_is_sound(header) ||
      header.type != ChunkType::kIndex || header.header_crc != footer.index_crc ||
      header.stored_bytes != footer_at - sizeof header - footer.index_offset ||
      header.stored_bytes != uint64_t{header.event_count} * sizeof(IndexEntry))
    return false;
  std::vector<IndexEntry> entries(header.event_count);
  if (!read_at(footer.index_offset + sizeof header, entries.data(), header.stored_bytes) ||
      header.stored_crc != crc32c(entries.data(), header.stored_bytes))
    return false;
  uint64_t offset = chunks_start_;
  bool sound = true;
  for (const IndexEntry& entry : entries) {
    sound = sound && entry.file_offset == offset && header_is_sound(entry.header) &&
            add_chunk(offset, entry.header) == nullptr;
    offset += sizeof(ChunkHeader) + entry.header.stored_bytes;
  }
  complete_ = sound && offset == footer.index_offset &&
              header.first_event == tree_.stored_events() &&
              header.raw_offset == tree_.stored_bytes();
  if (!complete_) tree_ = ProcessTree();
  return complete_;
}

/// Without an index: from header to header, verifying each chunk, up to the first bad one.
void TraceReader::walk_chunks() {
  uint64_t offset = chunks_start_;
  const char* wrong = nullptr;
  while (wrong == nullptr && offset < file_bytes_) {
    ChunkHeader header;
    if (file_bytes_ - offset < sizeof header || !read_at(offset, &header, sizeof header)) {
      wrong = "is cut";
    } else if (!header_is_sound(header)) {
      wrong = "is damaged";
    } else if (header.type == ChunkType::kIndex) {
      break;  // all events are there; index or footer are damaged
    } else if (header.stored_bytes > file_bytes_ - offset - sizeof header) {
      wrong = "is cut";
    } else if (const char* fault = add_chunk(offset, header)) {
      wrong = fault;
    } else if (header.type == ChunkType::kEvents &&
               read_stored(tree_.process(header.process).chunks.back(), stored_) != nullptr) {
      tree_.drop_chunk(header.process);
      wrong = "is damaged";
    } else {
      offset += sizeof header + header.stored_bytes;
    }
  }
  const uint64_t events = tree_.stored_events();
  if (wrong != nullptr) {
    tail_damage_ =
        fmt::format("chunk {} {}; {}", tree_.chunk_count(), wrong,
                    events == 0 ? "no event is readable"
                                : fmt::format("the {} events before it are readable", events));
  } else {
    tail_damage_ = fmt::format(
        "{}; {}",
        offset < file_bytes_
            ? "the index at the end is cut or damaged"
            : "the trace was not closed (the recorder was killed, or still records)",
        events == 0 ? "no event is readable" : fmt::format("{} events are readable", events));
  }
}

/// Null, or what is wrong with the bytes of a chunk, which are now in `stored`.
const char* TraceReader::read_stored(const ChunkRef& chunk, std::vector<std::byte>& stored) const {
  if (chunk.stored_bytes > file_bytes_) return "is cut";
  stored.resize(chunk.stored_bytes);
  ChunkHeader header;
  if (!read_at(chunk.file_offset, &header, sizeof header) ||
      !read_at(chunk.file_offset + sizeof header, stored.data(), stored.size()))
    return "is cut";
  if (std::memcmp(&header, &chunk.header, sizeof header) != 0) return "has a damaged header";
  if (crc32c(stored.data(), stored.size()) != chunk.header.stored_crc)
    return "does not match its checksum";
  return nullptr;
}

Status TraceReader::decode(const ChunkRef& chunk, std::span<std::byte> events) {
  const char* wrong = read_stored(chunk, stored_);
  std::string what = wrong != nullptr ? wrong : "";
  if (wrong == nullptr) {
    earlier_->serve(this);
    wrong = decoder_->decode(chunk.header, stored_, events, earlier_.get());
    if (wrong != nullptr) what = fmt::format("is damaged ({})", wrong);
  }
  if (wrong == nullptr) return {};
  return Error{ErrorClass::kBadTrace, fmt::format("{}: chunk {} {}", path_, chunk.number, what),
               fmt::format("The {} events before it are readable", chunk.first_event.value())};
}

Result<std::vector<std::byte>> TraceReader::decode(const ChunkRef& chunk) {
  std::vector<std::byte> events(chunk.raw_bytes);
  if (Status status = decode(chunk, events); !status) return status.error();
  return events;
}

}  // namespace weft::trace
