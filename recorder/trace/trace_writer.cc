#include "recorder/trace/trace_writer.h"

#include <fmt/format.h>

#include <cstring>

namespace weft::trace {

Result<TraceWriter> TraceWriter::create(const std::string& path, const TraceInfo& info,
                                        Overwrite overwrite) {
  auto file = TraceFile::create(path, info, overwrite);
  if (!file) return file.error();
  ProcessLog* root = (*file)->begin_log(0, {});
  return TraceWriter(std::move(*file), root);
}

Result<LogStart> TraceWriter::cut() {
  if (Status status = flush(); !status) return status.error();
  return LogStart{log_->first_event, log_->raw_offset};
}

Result<TraceWriter> TraceWriter::begin_process(uint32_t number, const ProcessRecord& record,
                                               LogStart start) {
  ProcessLog* log = file_->begin_log(number, start);
  if (Status status = file_->write_process(*log, record); !status) return status.error();
  return TraceWriter(file_, log);
}

Status TraceWriter::append(const std::byte* events, size_t bytes) {
  while (bytes > 0 && file_->writes()) {
    EventHeader header;
    if (bytes < sizeof header) return refuse("a cut event");
    std::memcpy(&header, events, sizeof header);
    if (header.size > kMaxEventBytes || event_bytes(header.size) > kMaxEventBytes)
      return refuse("an event that is too large");
    const auto size = static_cast<uint32_t>(event_bytes(header.size));
    if (size > bytes) return refuse("a cut event");
    ChunkEncoder& encoder = log_->encoder;
    if (encoder.raw_bytes() + size > kChunkRawBytes && encoder.event_count() > 0) {
      if (Status status = file_->flush(*log_); !status) return status;
    }
    if (const char* fault = encoder.add(header, events + sizeof header)) return refuse(fault);
    events += size;
    bytes -= size;
  }
  return {};
}

/// The trace ends before this event.
Status TraceWriter::refuse(const char* fault) {
  const Error error{
      ErrorClass::kUnsupported,
      fmt::format("Event {} cannot be recorded: the ring holds {}", next_event(), fault),
      "Either the program wrote over weft's memory, or weft has a bug: please report it"};
  const Status status = flush();
  file_->stop();
  return status ? error : status.error();
}

Status TraceWriter::flush() {
  return file_->flush(*log_);
}

Status TraceWriter::end_process() {
  const Status status = flush();
  file_->end_log(*log_);
  log_ = nullptr;
  return status;
}

Status TraceWriter::close() {
  return file_->close();
}

}  // namespace weft::trace
