#include "replayer/inspect/summary/trace_summary.h"

#include <algorithm>

#include "replayer/inspect/build_id.h"
#include "replayer/inspect/summary/cpu_questions.h"

namespace weft::inspect {

using trace::EventKind;
using trace::EventView;

namespace {

/// Program headers and notes of an ELF image lie within its first pages.
constexpr size_t kBeginningBytes = 64 * 1024;
/// Different notes that are kept; a program could cause any number.
constexpr size_t kMaxNotes = 1000;

}  // namespace

void TraceSummary::add(uint64_t index, const EventView& event) {
  const trace::EventHeader& header = event.header();
  ++events_;
  ++by_kind_[header.kind];
  threads_.insert(header.thread);
  end_.add(event);
  last_time_ = std::max(last_time_, trace::Ticks(header.time));
  switch (event.kind()) {
    case EventKind::kSyscall:
      ++calls_[header.call];
      failed_calls_ += header.result < 0 && header.result >= -4095;
      break;
    case EventKind::kMap:
      add_map(event.map());
      break;
    case EventKind::kData:
      add_data(index, event.data());
      break;
    case EventKind::kExec:
      images_.push_back({std::string(event.exec().path), index});
      break;
    case EventKind::kUnusual:
      add_note(index, event.text());
      break;
    default:
      break;
  }
}

void TraceSummary::add_map(const trace::MapView& map) {
  read_build_id();
  current_.reset();
  if (map.path.empty()) return;
  const trace::MapRecord& record = map.record;
  const auto key = std::pair(FileKey(record.device, record.inode), std::string(map.path));
  const auto [place, is_new] = file_numbers_.try_emplace(key, files_.size());
  if (is_new) files_.push_back({std::string(map.path), record.file_size, 0, 0, ""});
  ++files_[place->second].mappings;
  current_ = place->second;
  current_address_ = record.address;
  current_left_ = record.content_bytes;
  current_from_start_ = record.file_offset == 0;
}

void TraceSummary::add_data(uint64_t index, const trace::DataView& data) {
  if (!current_ || data.address != current_address_ || data.bytes.size() > current_left_) return;
  files_[*current_].recorded += data.bytes.size();
  note_questions(index, files_[*current_].path, data.bytes);
  if (current_from_start_ && beginning_.size() < kBeginningBytes) {
    const size_t count = std::min(data.bytes.size(), kBeginningBytes - beginning_.size());
    beginning_.insert(beginning_.end(), data.bytes.begin(),
                      data.bytes.begin() + static_cast<long>(count));
  }
  current_address_ += data.bytes.size();
  current_left_ -= data.bytes.size();
}

void TraceSummary::note_questions(uint64_t index, const std::string& path,
                                  std::span<const std::byte> bytes) {
  if (questions_are_recorded_ || asks_without_consequences(path)) return;
  if (asks_for_random_numbers(bytes))
    add_note(index, path + " has rdrand or rdseed: a replay gets other numbers from it");
}

void TraceSummary::read_build_id() {
  if (current_ && !beginning_.empty() && files_[*current_].build_id.empty())
    files_[*current_].build_id = build_id_of(beginning_);
  if (current_ && !beginning_.empty()) files_[*current_].is_elf = is_elf(beginning_);
  beginning_.clear();
}

void TraceSummary::add_note(uint64_t index, std::string_view text) {
  const auto same = std::find_if(notes_.begin(), notes_.end(),
                                 [&](const Note& note) { return note.text == text; });
  if (same != notes_.end()) {
    ++same->count;
  } else if (notes_.size() < kMaxNotes) {
    notes_.push_back({std::string(text), 1, index});
  }
}

void TraceSummary::finish() {
  read_build_id();
}

}  // namespace weft::inspect
