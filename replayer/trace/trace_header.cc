#include "replayer/trace/trace_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "weft/trace/chunk_format.h"
#include "weft/trace/crc32c.h"

namespace weft::trace {

namespace {

constexpr const char* kRecordAgain = "Record it again; nothing of it can be read";

Error bad(std::string what, std::string hint) {
  return {ErrorClass::kBadTrace, std::move(what), std::move(hint)};
}

/// Takes the fields of an InfoBlock apart. False if their lengths don't fit.
bool parse_fields(const std::string& fields, TraceInfo& info) {
  size_t at = 0;
  while (at < fields.size()) {
    InfoFieldHeader header;
    if (fields.size() - at < sizeof header) return false;
    std::memcpy(&header, fields.data() + at, sizeof header);
    at += sizeof header;
    if (fields.size() - at < header.bytes) return false;
    const std::string text = fields.substr(at, header.bytes);
    at += header.bytes;
    switch (header.type) {
      case InfoField::kUuid:
        std::memcpy(info.uuid.data(), text.data(), std::min(text.size(), info.uuid.size()));
        break;
      case InfoField::kProgram:
        info.program = text;
        break;
      case InfoField::kArgument:
        info.arguments.push_back(text);
        break;
      case InfoField::kEnvironment:
        info.environment.push_back(text);
        break;
      case InfoField::kDirectory:
        info.working_directory = text;
        break;
      case InfoField::kHostName:
        info.host_name = text;
        break;
      case InfoField::kCpuModel:
        info.cpu_model = text;
        break;
      case InfoField::kKernel:
        info.kernel_release = text;
        break;
      case InfoField::kClock:
        if (text.size() != 24) return false;
        std::memcpy(&info.tsc_hz, text.data(), 8);
        std::memcpy(&info.start_tsc, text.data() + 8, 8);
        std::memcpy(&info.start_wall_ns, text.data() + 16, 8);
        break;
      case InfoField::kProcessor:
        if (text.size() != sizeof info.processor) return false;
        std::memcpy(&info.processor, text.data(), text.size());
        if (!cpu::is_sound(info.processor)) return false;
        break;
    }
  }
  return true;
}

class HeaderReader {
 public:
  HeaderReader(const ReadBytes& read, uint64_t file_bytes) : read_(read), file_bytes_(file_bytes) {}

  Result<TraceHeader> read() {
    if (auto error = read_prelude()) return *error;
    if (auto error = read_info()) return *error;
    return std::move(header_);
  }

 private:
  std::optional<Error> read_prelude();
  std::optional<Error> read_info();

  const ReadBytes& read_;
  uint64_t file_bytes_;
  TraceHeader header_;
};

std::optional<Error> HeaderReader::read_prelude() {
  Prelude prelude{};
  const size_t present = std::min<uint64_t>(file_bytes_, sizeof prelude);
  if (!read_(0, &prelude, present)) return bad("cannot be read", kRecordAgain);
  const size_t magic_bytes = std::min(present, sizeof prelude.magic);
  if (std::memcmp(&prelude.magic, &kFileMagic, magic_bytes) != 0) {
    // One flipped bit in the magic: the rest still says that this was a trace.
    Prelude mended = prelude;
    mended.magic = kFileMagic;
    if (present == sizeof prelude && mended.crc == crc32c(&mended, offsetof(Prelude, crc)))
      return bad("has a damaged header", kRecordAgain);
    return bad("is not a weft trace", kNotATraceHint);
  }
  if (present < sizeof prelude) return bad("is cut within its header", kRecordAgain);
  if (prelude.crc != crc32c(&prelude, offsetof(Prelude, crc)))
    return bad("has a damaged header", kRecordAgain);
  const char* version_end = std::find(prelude.weft_version, std::end(prelude.weft_version), '\0');
  header_.info.weft_version.assign(static_cast<const char*>(prelude.weft_version), version_end);
  header_.info.format_version = prelude.version;
  if (prelude.version > kFormatVersion) {
    return bad(fmt::format("has format version {}; this weft reads up to version {}",
                           prelude.version, kFormatVersion),
               fmt::format("Use weft {} or newer, which wrote it", header_.info.weft_version));
  }
  if (prelude.version == 0) return bad("has an impossible format version", kRecordAgain);
  return std::nullopt;
}

std::optional<Error> HeaderReader::read_info() {
  InfoHeader header;
  const uint64_t start = sizeof(Prelude) + sizeof header;
  if (file_bytes_ < start || !read_(sizeof(Prelude), &header, sizeof header))
    return bad("is cut within its header", kRecordAgain);
  if (header.bytes > kMaxInfoBytes) return bad("has a damaged header", kRecordAgain);
  if (header.bytes > file_bytes_ - start) {
    // Cut, or a damaged length: the checksum would tell, were it all there.
    return bad("is cut within its header, or its header is damaged", kRecordAgain);
  }
  std::string fields(header.bytes, '\0');
  if (!read_(start, fields.data(), fields.size())) return bad("cannot be read", kRecordAgain);
  const uint32_t crc =
      crc32c(fields.data(), fields.size(), crc32c(&header.bytes, sizeof header.bytes));
  if (crc != header.crc || !parse_fields(fields, header_.info))
    return bad("has a damaged header", kRecordAgain);
  header_.bytes = start + header.bytes;
  return std::nullopt;
}

}  // namespace

Result<TraceHeader> read_header(const ReadBytes& read, uint64_t file_bytes) {
  return HeaderReader(read, file_bytes).read();
}

}  // namespace weft::trace
