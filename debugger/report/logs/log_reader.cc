#include "debugger/report/logs/log_reader.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace weft::report {
namespace {

constexpr std::array kWrites = {SYS_write, SYS_writev, SYS_pwrite64, SYS_pwritev, SYS_pwritev2};
/// Keys of the streams that the program was started with: no open file has these numbers.
constexpr uint64_t kStdout = UINT64_MAX, kStderr = UINT64_MAX - 1;

bool is_write(const trace::EventView& event) {
  return event.kind() == trace::EventKind::kSyscall && event.header().result > 0 &&
         std::ranges::count(kWrites, event.header().call) != 0;
}

}  // namespace

bool is_log_file(std::string_view path, bool appends) {
  if (path.starts_with("/dev/") || path.starts_with("/proc/")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return appends || name.find("log") != std::string_view::npos;
}

LogReader::Stream* LogReader::stream_of(const trace::EventView& event) {
  const auto fd = static_cast<int>(event.argument(0));
  const uint8_t flags = event.header().flags;
  if ((flags & trace::kStandardOutput) != 0) {
    const bool other = (flags & trace::kOtherStream) != 0;
    const bool is_error = (fd == STDERR_FILENO) != other;
    return &streams_.try_emplace(is_error ? kStderr : kStdout, is_error ? "stderr" : "stdout")
                .first->second;
  }
  const auto file = tracker_.file_of(fd);
  if (!file || !is_log_file(file->path, file->appends)) return nullptr;
  return &streams_.try_emplace(file->number, std::string(file->path)).first->second;
}

LineJoiner::Take LogReader::named(const std::string& stream) {
  return [this, &stream](WrittenLine&& line) { take_({std::move(line), stream}); };
}

void LogReader::add(trace::EventIndex index, const trace::EventView& event) {
  // A child in the program's memory has descriptors of its own, but the same streams.
  const bool standard = (event.header().flags & trace::kStandardOutput) != 0;
  if (is_write(event) && (standard || !tracker_.is_in_child(ThreadNumber(event.header().thread)))) {
    if (Stream* stream = stream_of(event)) {
      const connections::CallEvent call{event, {}, event.header().result};
      const connections::CallBytes bytes = moved_.sent(call, 0);
      std::string text;
      for (const std::string_view part : bytes.parts) text += part;
      const connections::Mark now{index, event.time(), ThreadNumber(event.header().thread)};
      stream->joiner.write(now, text, bytes.missing, named(stream->name));
    }
  }
  tracker_.add(index, event);
}

void LogReader::finish() {
  for (auto& [number, stream] : streams_) stream.joiner.finish(named(stream.name));
}

}  // namespace weft::report
