#include "debugger/process/program_text.h"

#include <sys/mman.h>

#include <cstring>

#include "debugger/process/thread_registers.h"
#include "replayer/trace/mapped_bytes.h"

namespace weft::process {
namespace {

constexpr std::byte kJump{0xe9};
/// First byte of the questions (recorder/runtime/code/question.h), and what stands for it.
constexpr std::byte kEscape{0x0f}, kEscapeReplaced{0x06};

}  // namespace

ProgramText::ProgramText(std::span<const trace::LogStretch> log) {
  FileId file;
  trace::walk_mapped_bytes(
      log,
      [&](trace::EventIndex index, const trace::MapView& map) {
        const trace::MapRecord& record = map.record;
        file = {record.device, record.inode};
        if (record.device == 0) return false;
        if ((record.protection & PROT_EXEC) != 0) {
          mappings_.push_back({index, Address(record.address),
                               Address(record.address + record.length), record.file_offset, file});
        }
        return true;
      },
      [&](uint64_t offset, std::span<const std::byte> bytes) { add_content(file, offset, bytes); });
}

/// What comes first is the file; what comes later is what weft has put there.
void ProgramText::add_content(FileId file, uint64_t offset, std::span<const std::byte> bytes) {
  Content& content = content_[file];
  auto after = content.upper_bound(offset);
  if (after != content.begin()) {
    const auto& [start, piece] = *std::prev(after);
    if (offset - start < piece.size()) return;
  }
  content[offset] = bytes;
}

const ProgramText::Mapping* ProgramText::mapping_at(trace::EventIndex moment,
                                                    Address address) const {
  for (auto at = mappings_.rbegin(); at != mappings_.rend(); ++at) {
    if (at->from < moment && address >= at->address && address < at->end) return &*at;
  }
  return nullptr;
}

const std::byte* ProgramText::original(const Mapping& mapping, Address address) const {
  const auto content = content_.find(mapping.file);
  const uint64_t offset = address - mapping.address + mapping.offset;
  if (content == content_.end()) return nullptr;
  auto after = content->second.upper_bound(offset);
  if (after == content->second.begin()) return nullptr;
  const auto& [start, piece] = *std::prev(after);
  return offset - start < piece.size() ? &piece[offset - start] : nullptr;
}

void ProgramText::restore(trace::EventIndex moment, Address address,
                          std::span<std::byte> bytes) const {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != kJump && bytes[i] != kEscapeReplaced) continue;
    size_t count = 1;
    if (bytes[i] == kJump) {
      int32_t distance = 0;
      if (i + kJumpBytes > bytes.size()) continue;
      std::memcpy(&distance, &bytes[i + 1], sizeof distance);
      if (!is_stub(address + i + kJumpBytes + static_cast<uint64_t>(int64_t{distance}))) continue;
      count = kJumpBytes;
    }
    const Mapping* mapping = mapping_at(moment, address + i);
    if (mapping == nullptr) continue;
    for (size_t j = 0; j < count; ++j) {
      const std::byte* was = original(*mapping, address + i + j);
      if (was != nullptr && (count > 1 || *was == kEscape)) bytes[i + j] = *was;
    }
  }
}

}  // namespace weft::process
