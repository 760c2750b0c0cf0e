#include "debugger/shell/source/module_places.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "replayer/trace/event_view.h"

namespace weft::shell {

using trace::EventKind;

namespace {

/// The data are what was mapped at `address`, and begin as programs and libraries do.
bool starts_elf_file(const trace::EventView& data, uint64_t address) {
  constexpr std::string_view kMagic =
      "\x7f"
      "ELF";
  const auto bytes = data.payload();
  uint64_t to = 0;
  if (bytes.size() < sizeof to + kMagic.size()) return false;
  std::memcpy(&to, bytes.data(), sizeof to);
  return to == address && std::memcmp(bytes.data() + sizeof to, kMagic.data(), kMagic.size()) == 0;
}

/// Finds out where ELF files are loaded, from the mappings as they come.
class LoadedFiles {
 public:
  /// A file that is loaded now: executable code of it has come.
  std::optional<session::ModuleMapping> add(const trace::EventView& event) {
    if (event.kind() == EventKind::kExec) first_pages_.clear();
    if (event.kind() == EventKind::kData && mapped_ && starts_elf_file(event, mapped_->address))
      elf_files_.insert(mapped_->path);
    const bool was_executable = std::exchange(mapped_executable_, false);
    const auto mapped = std::exchange(mapped_, std::nullopt);
    if (was_executable && mapped && elf_files_.count(mapped->path) != 0) return loaded(*mapped);
    if (event.kind() != EventKind::kMap) return std::nullopt;
    const auto [record, path] = event.map();
    if (path.empty()) return std::nullopt;
    mapped_ = {record.address,   record.length,      record.file_offset,
               record.file_size, record.modified_ns, std::string(path)};
    const bool is_new = (record.flags & trace::kMapInPlace) == 0;
    if (record.file_offset == 0 && is_new) first_pages_[mapped_->path].push_back(*mapped_);
    mapped_executable_ = (record.protection & PROT_EXEC) != 0;
    return std::nullopt;
  }

 private:
  /// Its first page is the nearest below its code.
  std::optional<session::ModuleMapping> loaded(const session::ModuleMapping& code) const {
    std::optional<session::ModuleMapping> nearest;
    const auto pages = first_pages_.find(code.path);
    if (pages == first_pages_.end()) return std::nullopt;
    for (const session::ModuleMapping& page : pages->second) {
      if (page.address <= code.address && (!nearest || page.address >= nearest->address))
        nearest = page;
    }
    return nearest;
  }

  std::set<std::string> elf_files_;
  std::map<std::string, std::vector<session::ModuleMapping>> first_pages_;
  std::optional<session::ModuleMapping> mapped_;  ///< by the event before
  bool mapped_executable_ = false;
};

}  // namespace

ModulePlaces::ModulePlaces(std::span<const trace::LogStretch> log) {
  LoadedFiles loaded;
  bool loading = false;  // an image: all of it is there when its first instruction runs
  const auto look_at = [&](EventIndex index, const trace::EventView& event) {
    if (event.kind() == EventKind::kExec) {
      if (!epochs_.back().files.empty()) epochs_.push_back({kNone});
      loading = true;
    }
    if (event.kind() == EventKind::kStart && loading) {
      loading = false;
      if (epochs_.size() > 1) epochs_.back().begin = index + 1;
    }
    if (const auto file = loaded.add(event)) add(*file, index);
  };
  for (const trace::LogStretch& stretch : log) {
    for (trace::EventCursor at(stretch.events, stretch.first); !at.done(); at.next())
      look_at(at.index(), at.event());
  }
  if (epochs_.back().begin == kNone) epochs_.pop_back();  // the trace ends while it loads
}

void ModulePlaces::add(const session::ModuleMapping& mapping, EventIndex moment) {
  const bool is_new = std::none_of(files_.begin(), files_.end(),
                                   [&](const auto& file) { return file.path == mapping.path; });
  if (is_new) files_.push_back(mapping);
  const Address address(mapping.address);
  const auto [file, first] = epochs_.back().files.try_emplace(mapping.path, address);
  if (first || file->second == address) return;
  Epoch moved{moment, epochs_.back().files};
  moved.files[mapping.path] = address;
  epochs_.push_back(std::move(moved));
}

size_t ModulePlaces::at(EventIndex moment) const {
  size_t index = epochs_.size() - 1;
  while (index > 0 && epochs_[index].begin > moment) --index;
  return index;
}

}  // namespace weft::shell
