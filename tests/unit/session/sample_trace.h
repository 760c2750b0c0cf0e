/// Small traces for the tests of the session.
#pragma once

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "recorder/trace/trace_writer.h"
#include "weft/trace/event.h"

namespace weft::session {

/// Puts events one after the other, as they lie in the log.
class SampleLog {
 public:
  SampleLog& add(trace::EventKind kind, const std::string& payload = "", int64_t result = 0,
                 uint32_t thread = 0, uint16_t call = 0, uint8_t flags = 0) {
    trace::EventHeader header{};
    header.time = time_ += trace::kTimeUnitTicks;
    header.result = result;
    header.size = static_cast<uint32_t>(payload.size());
    header.thread = thread;
    header.call = call;
    header.kind = static_cast<uint8_t>(kind);
    header.flags = flags;
    const size_t at = bytes_.size();
    bytes_.resize(at + trace::event_bytes(header.size));
    std::memcpy(bytes_.data() + at, &header, sizeof header);
    std::memcpy(bytes_.data() + at + sizeof header, payload.data(), payload.size());
    return *this;
  }

  SampleLog& call(uint16_t number, const std::vector<uint64_t>& args, int64_t result,
                  uint32_t thread = 0, uint64_t site = 0x1000) {
    std::string payload(reinterpret_cast<const char*>(&site), sizeof site);
    for (const uint64_t arg : args) payload.append(reinterpret_cast<const char*>(&arg), sizeof arg);
    return add(trace::EventKind::kSyscall, payload, result, thread, number,
               static_cast<uint8_t>(args.size() << trace::kArgCountShift));
  }

  SampleLog& map(uint64_t address, uint64_t length, uint64_t file_offset, const std::string& path) {
    trace::MapRecord record{};
    record.address = address;
    record.length = length;
    record.file_offset = file_offset;
    std::string payload(reinterpret_cast<const char*>(&record), sizeof record);
    return add(trace::EventKind::kMap, payload + path);
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  uint64_t time_ = 0;
};

/// A trace file with these events, `chunk_bytes` a chunk; removed with the object.
class SampleTrace {
 public:
  explicit SampleTrace(const SampleLog& log)
      : path_(std::filesystem::temp_directory_path() /
              ("weft-session-" + std::to_string(::getpid()) + ".weft")) {
    trace::TraceInfo info;
    info.tsc_hz = 1'500'000'000;
    auto writer = trace::TraceWriter::create(path_, info, trace::Overwrite::kAllow);
    (void)writer->append(log.bytes().data(), log.bytes().size());
    (void)writer->close();
  }
  ~SampleTrace() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace weft::session
