#include "debugger/shell/source/recorded_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "debugger/shell/source/section_table.h"
#include "replayer/inspect/build_id.h"
#include "replayer/trace/mapped_bytes.h"

namespace weft::shell {

RecordedFile::RecordedFile(std::span<const trace::LogStretch> log,
                           const session::ModuleMapping& file)
    : file_(file) {
  trace::walk_mapped_bytes(
      log,
      [&](trace::EventIndex, const trace::MapView& map) {
        return map.path == file.path && map.record.file_size == file.file_size &&
               map.record.modified_ns == file.modified_ns;
      },
      [&](uint64_t offset, std::span<const std::byte> bytes) {
        pieces_.push_back({offset, bytes});
      });
}

bool RecordedFile::is_still_there() const {
  struct stat now{};
  if (::stat(file_.path.c_str(), &now) != 0 ||
      static_cast<uint64_t>(now.st_size) != file_.file_size)
    return false;
  if (now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec == file_.modified_ns) return true;
  std::ifstream file(file_.path, std::ios::binary);
  std::vector<std::byte> then = image(), there;
  const auto ranges = loaded_ranges(then);
  for (const auto& [offset, length] : ranges) {
    there.resize(length);
    file.seekg(static_cast<std::streamoff>(offset));
    if (!file.read(reinterpret_cast<char*>(there.data()), static_cast<std::streamsize>(length)) ||
        !std::equal(there.begin(), there.end(),
                    then.begin() + static_cast<std::ptrdiff_t>(offset))) {
      return false;
    }
  }
  return !ranges.empty();
}

std::vector<std::byte> RecordedFile::image() const {
  std::vector<std::byte> bytes;
  for (const Piece& piece : pieces_) {
    bytes.resize(std::max<size_t>(bytes.size(), piece.offset + piece.bytes.size()));
    std::copy(piece.bytes.begin(), piece.bytes.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(piece.offset));
  }
  return bytes;
}

std::string RecordedFile::build_id() const {
  return inspect::build_id_of(image());
}

std::string RecordedFile::write_copy(const std::string& folder) const {
  std::vector<std::byte> bytes = image();
  if (!add_section_table(bytes)) return "";
  const std::string path = folder + "/" + file_.path.substr(file_.path.rfind('/') + 1);
  std::ofstream copy(path, std::ios::binary | std::ios::trunc);
  copy.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return copy.flush() ? path : "";
}

}  // namespace weft::shell
