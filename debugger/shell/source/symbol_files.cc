#include "debugger/shell/source/symbol_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "replayer/inspect/build_id.h"
#include "weft/base/unique_fd.h"

namespace weft::shell {
namespace {

constexpr const char* kSystemsFolder = "/usr/lib/debug";

bool has_build_id(const std::string& path, const std::string& build_id) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat file{};
  if (!fd || ::fstat(fd.get(), &file) != 0 || !S_ISREG(file.st_mode) || file.st_size == 0)
    return false;
  const auto bytes = static_cast<size_t>(file.st_size);
  const Mapping view(::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd.get(), 0), bytes);
  if (view.data() == MAP_FAILED) return false;
  return inspect::build_id_of({static_cast<const std::byte*>(view.data()), bytes}) == build_id;
}

}  // namespace

SymbolFiles find_symbols(const std::vector<std::string>& folders, const std::string& path,
                         const std::string& build_id) {
  SymbolFiles found;
  if (build_id.size() < 3) return found;
  const std::string name = "/" + path.substr(path.rfind('/') + 1);
  const std::string at = path.starts_with('/') ? path : "/" + path;
  const std::string by_id = "/.build-id/" + build_id.substr(0, 2) + "/" + build_id.substr(2);
  std::vector<std::string> all = folders;
  all.emplace_back(kSystemsFolder);
  for (const std::string& folder : all) {
    for (const std::string& file : {folder + by_id, folder + name, folder + at}) {
      if (found.whole.empty() && has_build_id(file, build_id)) found.whole = file;
    }
    for (const std::string& file :
         {folder + by_id + ".debug", folder + name + ".debug", folder + at + ".debug"}) {
      if (found.debug.empty() && has_build_id(file, build_id)) found.debug = file;
    }
  }
  return found;
}

}  // namespace weft::shell
