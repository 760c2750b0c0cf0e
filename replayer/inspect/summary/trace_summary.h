/// The summary of a whole trace: counts, files, notes, the end. One pass over its events.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "replayer/trace/event_view.h"
#include "replayer/trace/process_end.h"
#include "weft/trace/ticks.h"

namespace weft::inspect {

/// A file that was mapped into the program.
struct MappedFile {
  std::string path;
  uint64_t bytes = 0;     ///< of the file
  uint64_t recorded = 0;  ///< of its content, in the trace
  uint64_t mappings = 0;
  std::string build_id;  ///< hexadecimal; empty: none, or not an ELF image
  bool is_elf = false;   ///< as far as its beginning was mapped
};

/// A note of the runtime, and how often it came.
struct Note {
  std::string text;
  uint64_t count = 0;
  uint64_t first_event = 0;
};

/// A program image that ran: the first one, and one for each execve of the program.
struct Image {
  std::string path;
  uint64_t event = 0;
};

class TraceSummary {
 public:
  /// Says nothing of rdrand and rdseed in the files: they were recorded (format 3).
  void questions_are_recorded() { questions_are_recorded_ = true; }
  void add(uint64_t index, const trace::EventView& event);
  /// To be called after the last event.
  void finish();

  uint64_t events() const { return events_; }
  uint64_t events_of(trace::EventKind kind) const { return by_kind_[static_cast<size_t>(kind)]; }
  /// Number of the call -> how often; in the order of numbers.
  const std::map<uint16_t, uint64_t>& calls() const { return calls_; }
  uint64_t failed_calls() const { return failed_calls_; }
  uint64_t threads() const { return threads_.size(); }
  trace::Ticks last_time() const { return last_time_; }
  const std::vector<MappedFile>& files() const { return files_; }
  const std::vector<Note>& notes() const { return notes_; }
  const std::vector<Image>& images() const { return images_; }
  trace::ProcessEnd end() const { return end_.end(); }

 private:
  using FileKey = std::pair<uint64_t, uint64_t>;  ///< device and inode

  void add_map(const trace::MapView& map);
  void add_data(uint64_t index, const trace::DataView& data);
  void note_questions(uint64_t index, const std::string& path, std::span<const std::byte> bytes);
  void add_note(uint64_t index, std::string_view text);
  void read_build_id();

  bool questions_are_recorded_ = false;
  uint64_t events_ = 0;
  std::array<uint64_t, trace::kMaxEventKind + 1> by_kind_{};
  std::map<uint16_t, uint64_t> calls_;
  uint64_t failed_calls_ = 0;
  std::set<uint32_t> threads_;
  trace::Ticks last_time_{};
  std::map<std::pair<FileKey, std::string>, size_t> file_numbers_;
  std::vector<MappedFile> files_;
  std::vector<Note> notes_;
  std::vector<Image> images_;
  trace::EndFinder end_;

  // The file whose content is arriving.
  std::optional<size_t> current_;
  uint64_t current_address_ = 0;
  uint64_t current_left_ = 0;         ///< bytes of its content that are still to come
  bool current_from_start_ = false;   ///< the content starts at the file's first byte
  std::vector<std::byte> beginning_;  ///< of the current file, for its build-id
};

}  // namespace weft::inspect
