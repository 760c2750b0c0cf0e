#include "replayer/pack/pack.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>
#include <vector>

#include "replayer/inspect/build_id.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/failure.h"
#include "replayer/inspect/summary/trace_summary.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/human_text.h"

namespace weft::pack {
namespace {

namespace fs = std::filesystem;

/// A note with the build ID is near the beginning.
constexpr size_t kLookedAt = 64 * 1024;

bool has_build_id(const std::string& path, const std::string& build_id) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes(kLookedAt);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return inspect::build_id_of(std::as_bytes(std::span(bytes))) == build_id;
}

std::string by_build_id(const std::string& folder, const std::string& build_id) {
  return folder + "/.build-id/" + build_id.substr(0, 2) + "/" + build_id.substr(2);
}

/// The files that the program mapped, as far as the trace is readable.
Result<std::vector<inspect::MappedFile>> mapped_files(const std::string& path) {
  auto reader = trace::TraceReader::open(path);
  if (!reader) return reader.error();
  inspect::TraceSummary summary;
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader->decode(chunk, events); !status) return status.error();
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      summary.add(at.index().value(), at.event());
  }
  summary.finish();
  return summary.files();
}

class Packer {
 public:
  explicit Packer(const PackOptions& options)
      : options_(options), folder_(symbols_folder(options.path)) {}

  /// False if the folder cannot be written: why_.
  bool add(const inspect::MappedFile& file) {
    if (file.build_id.size() < 3) return true;
    const std::string system = by_build_id(options_.system_folder, file.build_id) + ".debug";
    const std::string target = by_build_id(folder_, file.build_id);
    const bool whole = has_build_id(file.path, file.build_id);
    const bool apart = has_build_id(system, file.build_id);
    if (!whole && !apart) {
      fmt::print(options_.out, "not packed: {}: it is not there as it was recorded\n",
                 inspect::printable(file.path));
    }
    return (!whole || copy(file.path, target)) && (!apart || copy(system, target + ".debug"));
  }
  size_t count() const { return count_; }
  uint64_t bytes() const { return bytes_; }
  const std::string& folder() const { return folder_; }
  const std::string& why() const { return why_; }

 private:
  bool copy(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::create_directories(fs::path(to).parent_path(), error);
    const std::string part = to + ".part";  // a file is there whole or not at all
    if (!error) fs::copy_file(from, part, fs::copy_options::overwrite_existing, error);
    if (!error) fs::rename(part, to, error);
    if (error) {
      why_ = fmt::format("cannot write {}: {}", to, error.message());
      return false;
    }
    ++count_;
    bytes_ += fs::file_size(to, error);
    return true;
  }

  const PackOptions& options_;
  std::string folder_;
  std::string why_;
  size_t count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace

int run_pack(const PackOptions& options) {
  const auto files = mapped_files(options.path);
  if (!files) return inspect::fail(files.error(), options.error_out);
  Packer packer(options);
  for (const inspect::MappedFile& file : *files) {
    if (!packer.add(file))
      return inspect::fail({ErrorClass::kUsage, packer.why(), "is there room, and permission?"},
                           options.error_out);
  }
  if (packer.count() == 0) {
    return inspect::fail({ErrorClass::kUsage, "none of the program's files is there any more",
                          "weft debug --symbols DIR names a folder with them"},
                         options.error_out);
  }
  fmt::print(options.out, "packed {} files ({}) into {}\n", packer.count(),
             bytes_text(packer.bytes()), inspect::printable(packer.folder()));
  return 0;
}

}  // namespace weft::pack
