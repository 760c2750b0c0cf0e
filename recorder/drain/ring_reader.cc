#include "recorder/drain/ring_reader.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "weft/base/futex.h"
#include "weft/channel/process_pool.h"

namespace weft::drain {
namespace {

using channel::kHeaderBytes;
using channel::kRingBytes;
using channel::RecordChannel;

/// Sets the size of the channel's file. The limit of file sizes (ulimit -f) holds for memory files
/// too; it is the program's, so it is lifted only for this moment, and SIGXFSZ with it.
int set_size(int fd, size_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit lifted{limit.rlim_max, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &lifted);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const int status = ::ftruncate(fd, static_cast<off_t>(bytes));
  const int error = errno;
  ::signal(SIGXFSZ, handler);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  errno = error;
  return status;
}

Error no_memory(const char* what) {
  if (errno == EFBIG) {
    return {ErrorClass::kUsage, "the limit of file sizes is too low for the recorder's memory",
            "4 MiB are needed: ulimit -f 8192"};
  }
  return {ErrorClass::kUsage,
          std::string("no shared memory for the recording: ") + what + ": " + std::strerror(errno),
          "4 MiB are needed; see the limits with ulimit -a and the memory with free -m"};
}

}  // namespace

Result<UniqueFd> create_channel(Children children) {
  UniqueFd fd(::memfd_create("weft-channel", MFD_CLOEXEC));
  if (!fd) return no_memory("memfd_create");
  const bool has_pool = children == Children::kRecorded;
  const size_t bytes = has_pool ? channel::kPoolOffset + channel::kPoolBytes : kChannelBytes;
  if (set_size(fd.get(), bytes) != 0) return no_memory("ftruncate");
  const Mapping header = Mapping::shared(fd.get(), kHeaderBytes, PROT_READ | PROT_WRITE);
  if (!header) return no_memory("mmap");
  auto* channel = new (header.data()) RecordChannel();
  channel->magic = channel::kRecordMagic;
  channel->ring_bytes = kRingBytes;
  if (!has_pool) return fd;
  channel->follows = 1;
  void* at = ::mmap(nullptr, channel::kPoolHeaderBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                    fd.get(), channel::kPoolOffset);
  if (at == MAP_FAILED) return no_memory("mmap");
  const Mapping mapping(at, channel::kPoolHeaderBytes);
  auto* pool = new (at) channel::PoolHeader();
  pool->magic = channel::kPoolMagic;
  pool->next_process = 1;
  return fd;
}

Result<RingReader> RingReader::map_at(int channel_fd, uint64_t offset, uint64_t ring_bytes) {
  const size_t total = kHeaderBytes + 2 * ring_bytes;
  void* reserved = ::mmap(nullptr, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved == MAP_FAILED) return no_memory("mmap");
  Mapping mapping(reserved, total);
  const int protection = PROT_READ | PROT_WRITE;
  const int flags = MAP_SHARED | MAP_FIXED;
  const size_t once = kHeaderBytes + ring_bytes;
  if (::mmap(mapping.data(), once, protection, flags, channel_fd, static_cast<off_t>(offset)) ==
          MAP_FAILED ||
      ::mmap(mapping.data() + once, ring_bytes, PROT_READ, flags, channel_fd,
             static_cast<off_t>(offset + kHeaderBytes)) == MAP_FAILED) {
    return no_memory("mmap");
  }
  return RingReader(std::move(mapping), ring_bytes);
}

Result<RingReader> RingReader::map(int channel_fd) {
  return map_at(channel_fd, 0, kRingBytes);
}

Result<RingReader> RingReader::map_slot(int channel_fd, uint32_t slot) {
  return map_at(channel_fd, channel::slot_offset(slot), channel::kChildRingBytes);
}

std::span<const std::byte> RingReader::waiting() {
  const uint64_t head = channel().head.load(std::memory_order_acquire);
  const uint64_t tail = channel().tail.load(std::memory_order_relaxed);
  if (head - tail > ring_bytes_ || head % 8 != 0) {
    damaged_ = true;
    return {};
  }
  return {mapping_.data() + kHeaderBytes + tail % ring_bytes_, head - tail};
}

void RingReader::consume(size_t bytes) {
  RecordChannel& shared = channel();
  shared.tail.fetch_add(bytes, std::memory_order_seq_cst);
  if (shared.runtime_sleeps.load(std::memory_order_seq_cst) != 0) {
    shared.runtime_sleeps.store(0, std::memory_order_relaxed);
    futex_signal(shared.runtime_futex);
  }
}

uint32_t RingReader::wake_count() const {
  return channel().recorder_futex.load(std::memory_order_acquire);
}

void RingReader::sleep(uint32_t seen, std::chrono::microseconds timeout) {
  RecordChannel& shared = channel();
  shared.recorder_sleeps.store(1, std::memory_order_seq_cst);
  if (waiting().size() <= channel::wake_bytes(ring_bytes_))
    futex_wait(shared.recorder_futex, seen, timeout);
  shared.recorder_sleeps.store(0, std::memory_order_relaxed);
}

void RingReader::stop_recording() {
  channel().stopped.store(1, std::memory_order_seq_cst);
  futex_signal(channel().runtime_futex);
}

void wake_recorder(RecordChannel& channel) {
  futex_signal(channel.recorder_futex);
}

}  // namespace weft::drain
