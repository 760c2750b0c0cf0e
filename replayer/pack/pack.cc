#include "replayer/pack/pack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <system_error>
#include <vector>

#include "replayer/inspect/build_id.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/failure.h"
#include "replayer/inspect/summary/trace_summary.h"
#include "replayer/trace/trace_name.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/human_text.h"
#include "weft/base/unique_fd.h"

namespace weft::pack {
namespace {

namespace fs = std::filesystem;

/// A note with the build ID is near the beginning.
constexpr size_t kLookedAt = 64 * 1024;
/// The first two digits are a folder's name.
constexpr size_t kShortestId = 3;

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

/// The chunks of a process that are not its parent's.
Status add_process(const std::string& name, inspect::TraceSummary& summary) {
  auto reader = trace::TraceReader::open(name);
  if (!reader) return reader.error();
  const trace::EventIndex first = reader->tree().process(reader->process()).first_event;
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    if (chunk.first_event < first) continue;
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader->decode(chunk, events); !status) return status.error();
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      summary.add(at.index().value(), at.event());
  }
  return {};
}

/// The files that the program's processes mapped, as far as the trace is readable.
Result<std::vector<inspect::MappedFile>> mapped_files(const std::string& path) {
  const auto reader = trace::TraceReader::open(path);
  if (!reader) return reader.error();
  inspect::TraceSummary summary;
  for (const trace::ProcessEntry& process : reader->tree().processes()) {
    const Status added = add_process(
        trace::process_of_trace(trace::parse_trace_name(path).file, process.number), summary);
    if (!added) return added.error();
  }
  summary.finish();
  return summary.files();
}

/// Creates a folder for this user alone, or makes it one. False and errno.
bool make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
  return ::chmod(path.c_str(), 0700) == 0;
}

/// The content alone, not the modes. False and errno.
bool copy_content(const std::string& from, const std::string& to) {
  const UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  ::unlink(to.c_str());
  const UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!in || !out) return false;
  std::vector<char> buffer(kLookedAt);
  while (true) {
    const ssize_t count = ::read(in.get(), buffer.data(), buffer.size());
    if (count <= 0) return count == 0;
    for (ssize_t done = 0; done < count;) {
      const ssize_t part =
          ::write(out.get(), buffer.data() + done, static_cast<size_t>(count - done));
      if (part <= 0) return false;
      done += part;
    }
  }
}

class Packer {
 public:
  explicit Packer(const PackOptions& options)
      : options_(options), folder_(symbols_folder(options.path)) {}

  /// False if the folder cannot be written: why_.
  bool add(const inspect::MappedFile& file) {
    if (file.build_id.size() < kShortestId) {
      if (file.is_elf) {
        ++nameless_;
        not_packed(file, "it has no build ID (the linker makes one: -Wl,--build-id)");
      }
      return true;
    }
    if (!seen_.insert(file.build_id).second) return true;
    const std::string system = by_build_id(options_.system_folder, file.build_id) + ".debug";
    const std::string target = by_build_id(folder_, file.build_id);
    const bool whole = has_build_id(file.path, file.build_id);
    const bool apart = has_build_id(system, file.build_id);
    if (!whole && !apart) not_packed(file, "it is not there as it was recorded");
    return (!whole || copy(file.path, target)) && (!apart || copy(system, target + ".debug"));
  }
  size_t count() const { return count_; }
  /// Files that have no build ID.
  size_t nameless() const { return nameless_; }
  uint64_t bytes() const { return bytes_; }
  const std::string& folder() const { return folder_; }
  const std::string& why() const { return why_; }

 private:
  void not_packed(const inspect::MappedFile& file, const char* why) const {
    fmt::print(options_.out, "not packed: {}: {}\n", inspect::printable(file.path), why);
  }
  bool make_folders(const fs::path& last) const {
    const std::string ids = folder_ + "/.build-id";
    return make_private_folder(folder_) && make_private_folder(ids) &&
           make_private_folder(last.string());
  }
  bool copy(const std::string& from, const std::string& to) {
    const std::string part = to + ".part";  // a file is there whole or not at all
    if (!make_folders(fs::path(to).parent_path()) || !copy_content(from, part) ||
        ::rename(part.c_str(), to.c_str()) != 0) {
      why_ = fmt::format("cannot write {}: {}", to, std::strerror(errno));
      return false;
    }
    ++count_;
    std::error_code error;
    bytes_ += fs::file_size(to, error);
    return true;
  }

  const PackOptions& options_;
  std::string folder_;
  std::string why_;
  std::set<std::string> seen_;  ///< build IDs
  size_t count_ = 0;
  size_t nameless_ = 0;
  uint64_t bytes_ = 0;
};

/// Why nothing was packed.
Error nothing_to_pack(const Packer& packer, size_t files) {
  const bool nameless = packer.nameless() == files;
  return {ErrorClass::kUsage,
          nameless ? "none of the program's files has a build ID"
                   : "none of the program's files with a build ID is there any more",
          "weft debug --symbols DIR names a folder with them"};
}

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
    const auto images =
        std::count_if(files->begin(), files->end(), [](const auto& file) { return file.is_elf; });
    return inspect::fail(nothing_to_pack(packer, static_cast<size_t>(images)), options.error_out);
  }
  fmt::print(options.out, "packed {} file{} ({}) into {}\n", packer.count(),
             packer.count() == 1 ? "" : "s", bytes_text(packer.bytes()),
             inspect::printable(packer.folder()));
  return 0;
}

}  // namespace weft::pack
