#include "debugger/shell/source/module_places.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

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

}  // namespace

ModulePlaces::ModulePlaces(std::span<const std::byte> log) {
  std::optional<session::ModuleMapping> mapped;
  bool loading = false;  // an image: all of it is there when its first instruction runs
  for (trace::EventCursor at(log); !at.done(); at.next()) {
    const trace::EventView event = at.event();
    if (event.kind() == EventKind::kExec) {
      if (!epochs_.back().files.empty()) epochs_.push_back({kNone});
      loading = true;
    }
    if (event.kind() == EventKind::kStart && loading) {
      loading = false;
      if (epochs_.size() > 1) epochs_.back().begin = at.index() + 1;
    }
    if (event.kind() == EventKind::kData && mapped && starts_elf_file(event, mapped->address))
      add(*mapped, at.index());
    mapped.reset();
    if (event.kind() != EventKind::kMap) continue;
    const auto [record, path] = event.map();
    if (path.empty() || record.file_offset != 0 || (record.flags & trace::kMapInPlace) != 0)
      continue;
    mapped = {record.address,   record.length,      record.file_offset,
              record.file_size, record.modified_ns, std::string(path)};
  }
  if (epochs_.back().begin == kNone) epochs_.pop_back();  // the trace ends while it loads
}

void ModulePlaces::add(const session::ModuleMapping& mapping, EventIndex moment) {
  const bool is_new = std::none_of(files_.begin(), files_.end(),
                                   [&](const auto& file) { return file.path == mapping.path; });
  if (is_new) files_.push_back(mapping);
  const auto [file, first] = epochs_.back().files.try_emplace(mapping.path, mapping.address);
  if (first || file->second == mapping.address) return;
  Epoch moved{moment, epochs_.back().files};
  moved.files[mapping.path] = mapping.address;
  epochs_.push_back(std::move(moved));
}

size_t ModulePlaces::at(EventIndex moment) const {
  size_t index = epochs_.size() - 1;
  while (index > 0 && epochs_[index].begin > moment) --index;
  return index;
}

}  // namespace weft::shell
