#include "replayer/session/recorded_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "weft/base/unique_fd.h"

namespace weft::session {
namespace {

constexpr uint64_t kPageMask = ~uint64_t{4095};

}  // namespace

bool is_as_recorded(const ModuleMapping& mapping) {
  struct stat file{};
  if (::stat(mapping.path.c_str(), &file) != 0) return false;
  return static_cast<uint64_t>(file.st_size) == mapping.file_size &&
         file.st_mtim.tv_sec * 1'000'000'000 + file.st_mtim.tv_nsec == mapping.modified_ns;
}

bool first_segment_address(const char* path, uint64_t& address) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  Elf64_Ehdr header{};
  if (!fd || ::pread(fd.get(), &header, sizeof header, 0) != sizeof header) return false;
  if (std::string_view(reinterpret_cast<char*>(header.e_ident), SELFMAG) != ELFMAG) return false;
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    const auto at = static_cast<off_t>(header.e_phoff + i * sizeof segment);
    if (::pread(fd.get(), &segment, sizeof segment, at) != sizeof segment) return false;
    if (segment.p_type != PT_LOAD) continue;
    address = (segment.p_vaddr & kPageMask) - (segment.p_offset & kPageMask);
    return true;
  }
  return false;
}

}  // namespace weft::session
