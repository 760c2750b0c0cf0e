#include "replayer/probes/program_code.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <string>

#include "replayer/session/recorded_file.h"
#include "replayer/trace/event_view.h"
#include "weft/base/unique_fd.h"

namespace weft::probes {
namespace {

using trace::EventIndex;
using trace::EventKind;

/// Goes through the log, and remembers what was mapped since the last call that returned.
class MappingReader {
 public:
  std::vector<CodeMapping> read(std::span<const std::byte> log) {
    for (trace::EventCursor at(log); !at.done(); at.next()) take(at.event(), at.index());
    return std::move(code_);
  }

 private:
  void take(const trace::EventView& event, EventIndex index) {
    switch (event.kind()) {
      case EventKind::kExec:
        bases_.clear();
        break;
      case EventKind::kMap:
        take_map(event.map());
        break;
      case EventKind::kSyscall:
      case EventKind::kStart:  // what it was mapped by is over
        for (; settled_ < code_.size(); ++settled_)
          code_[settled_].from = EventIndex(index.value() + 1);
        break;
      default:
        break;
    }
  }

  void take_map(const trace::MapView& map) {
    const trace::MapRecord& record = map.record;
    const std::string path(map.path);
    if (path.empty()) return;
    if (record.file_offset == 0) bases_[path] = record.address;
    if ((record.protection & PROT_EXEC) == 0) return;
    const auto base = bases_.find(path);
    if (base == bases_.end()) return;
    code_.push_back({{record.address, record.length, record.file_offset, record.file_size,
                      record.modified_ns, path},
                     base->second,
                     EventIndex(1)});
  }

  std::map<std::string, uint64_t> bases_;
  std::vector<CodeMapping> code_;
  size_t settled_ = 0;  ///< of code_: `from` is known
};

}  // namespace

std::vector<CodeMapping> code_mappings(std::span<const std::byte> log) {
  return MappingReader().read(log);
}

std::vector<uint8_t> code_bytes(const CodeMapping& code, uint64_t low, uint64_t high) {
  const session::ModuleMapping& mapping = code.mapping;
  if (low < mapping.address || high > mapping.address + mapping.length || low >= high ||
      !session::is_as_recorded(mapping)) {
    return {};
  }
  const UniqueFd file(::open(mapping.path.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<uint8_t> bytes(high - low);
  const auto offset = static_cast<off_t>(low - mapping.address + mapping.file_offset);
  if (!file || ::pread(file.get(), bytes.data(), bytes.size(), offset) !=
                   static_cast<ssize_t>(bytes.size())) {
    return {};
  }
  return bytes;
}

}  // namespace weft::probes
