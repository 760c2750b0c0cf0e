#include "recorder/runtime/sites/question_sites.h"

#include <sys/mman.h>

#include "recorder/runtime/code/elf_functions.h"
#include "recorder/runtime/code/question_proof.h"
#include "recorder/runtime/code/text.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/sites/child_paths.h"
#include "recorder/runtime/sites/known_text.h"
#include "recorder/runtime/sites/state_stubs.h"

namespace weft::runtime {

namespace {

constexpr int kMostSites = 8192;
constexpr uint64_t kWindow = 64 * 1024;  // of the file, searched at a time
constexpr uint64_t kOverlap = 2;         // may_be_question looks that far ahead
constexpr uint8_t kSystemCall = 0x05;    // after the escape byte
constexpr uint64_t kMoveBytes = 5;       // in front of it

uint64_t g_sites[kMostSites];  // addresses of escape bytes that were replaced
int g_site_count;
bool g_generated;  // some are in generated code, which may be moved

QuestionProof g_proof;
FoundSites g_found;
uint8_t g_function[kLongestFunction];
uint8_t g_window[kWindow];

/// The first 0f in [at, end), eight bytes at a time; `end` if there is none.
const uint8_t* find_escape(const uint8_t* at, const uint8_t* end) {
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101, kTops = kOnes << 7;
  for (; at + 8 <= end; at += 8) {
    uint64_t word;
    __builtin_memcpy(&word, at, 8);
    word ^= kOnes * kEscape;
    if (((word - kOnes) & ~word & kTops) != 0) break;
  }
  while (at < end && *at != kEscape) ++at;
  return at;
}

/// The whole file, mapped for as long as this lives.
class MappedFile {
 public:
  explicit MappedFile(int fd) {
    const long end = raw(__NR_lseek, static_cast<uint64_t>(fd), 0, 2 /* SEEK_END */);
    if (end <= 0) return;
    const long base = raw(__NR_mmap, 0, static_cast<uint64_t>(end), PROT_READ, MAP_PRIVATE,
                          static_cast<uint64_t>(fd), 0);
    if (is_error(base)) return;
    base_ = static_cast<uint64_t>(base);
    bytes_ = static_cast<uint64_t>(end);
  }
  ~MappedFile() {
    if (bytes_ != 0) raw(__NR_munmap, base_, bytes_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const void* data() const { return pointer_to<const void>(base_); }
  uint64_t bytes() const { return bytes_; }

 private:
  uint64_t base_ = 0, bytes_ = 0;
};

/// Text that is made writable a page at a time.
class TextWriter {
 public:
  ~TextWriter() { close(); }
  /// [address, address + bytes) may be written, until the next call.
  bool open(uint64_t address, uint64_t bytes) {
    const uint64_t begin = layout::page_down(address), end = layout::page_up(address + bytes);
    if (begin >= begin_ && end <= end_) return true;
    close();
    if (raw(__NR_mprotect, begin, end - begin, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
      return false;
    begin_ = begin, end_ = end;
    return true;
  }

 private:
  void close() {
    if (end_ != 0) raw(__NR_mprotect, begin_, end_ - begin_, PROT_READ | PROT_EXEC);
    begin_ = end_ = 0;
  }
  uint64_t begin_ = 0, end_ = 0;
};

/// The questions of one mapping of a file's text are replaced. Each place is a distance from its
/// beginning.
class Replacement {
 public:
  Replacement(const Thread* thread, const FileMapping& mapping)
      : thread_(thread), mapping_(mapping) {}

  void replace(uint64_t site, const Question& question);
  /// The instruction that begins there, if it is a question.
  void replace_at(uint64_t begin);
  /// 0f 05 is there: is it a call that a child's paths matter in? True if so.
  bool note_call(uint64_t escape) const;

 private:
  const Thread* thread_;
  const FileMapping& mapping_;
  TextWriter writer_;
};

/// Finds them.
class QuestionSearch {
 public:
  QuestionSearch(const Thread* thread, const FileMapping& mapping)
      : mapping_(mapping),
        file_(mapping.fd),
        functions_(file_.data(), file_.bytes()),
        replacement_(thread, mapping) {
    g_found.begin();
  }

  void run();
  uint32_t unknown() const { return unknown_; }
  /// All of it was searched, and every site has found room.
  bool complete() const { return complete_; }

 private:
  void search(uint64_t offset, uint64_t bytes);
  void look_at(uint64_t offset);
  bool look_at_function(uint64_t address);

  const FileMapping& mapping_;
  MappedFile file_;
  ElfFunctions functions_;
  Replacement replacement_;
  CodeRange function_{};  // that g_proof and g_function are about
  uint32_t unknown_ = 0;
  bool complete_ = false;
};

void QuestionSearch::run() {
  const uint64_t file_bytes = file_.bytes();
  if (mapping_.offset >= file_bytes) return;
  const uint64_t left = file_bytes - mapping_.offset;
  const uint64_t end = mapping_.offset + (left < mapping_.bytes ? left : mapping_.bytes);
  for (uint64_t at = mapping_.offset; at + kOverlap < end; at += kWindow - kOverlap) {
    const uint64_t bytes = end - at < kWindow ? end - at : kWindow;
    const long got =
        raw(__NR_pread64, static_cast<uint64_t>(mapping_.fd), address_of(g_window), bytes, at);
    if (got <= static_cast<long>(kOverlap)) return;  // cut meanwhile
    search(at, static_cast<uint64_t>(got));
  }
  complete_ = g_site_count < kMostSites;
}

void QuestionSearch::search(uint64_t offset, uint64_t bytes) {
  const uint8_t* end = g_window + bytes - kOverlap;
  for (const uint8_t* at = g_window; (at = find_escape(at, end)) < end; ++at) {
    const uint64_t found = offset + static_cast<uint64_t>(at - g_window);
    if (may_be_question(at)) look_at(found);
    const uint64_t distance = found - mapping_.offset;
    if (at[1] == kSystemCall && distance >= kMoveBytes && replacement_.note_call(distance))
      g_found.add(distance, channel::kPathSite);
  }
}

bool QuestionSearch::look_at_function(uint64_t address) {
  if (function_.holds(address)) return true;
  function_ = functions_.find(address);
  const uint64_t bytes = function_.end - function_.begin;
  if (!function_.holds(address) || bytes > kLongestFunction ||
      functions_.copy(function_.begin, g_function, bytes) != bytes) {
    function_ = {};
    return false;
  }
  g_proof.look_at(g_function, bytes);
  return true;
}

/// The file has an escape byte at `offset`.
void QuestionSearch::look_at(uint64_t offset) {
  uint64_t address;
  if (!functions_.is_code(offset, &address)) return;
  if (!look_at_function(address)) return;
  Question question;
  const Start start = g_proof.at(address - function_.begin, &question);
  const uint64_t distance = offset - mapping_.offset;
  if (start == Start::kProven && distance >= question.escape_at) {
    g_found.add(distance - question.escape_at);
    replacement_.replace(mapping_.address + distance, question);
  }
  if (start == Start::kUnknown) ++unknown_;
}

bool Replacement::note_call(uint64_t escape) const {
  const uint64_t site = mapping_.address + escape;
  uint8_t before[kMoveBytes];
  return weft_copy_guarded(before, pointer_to<void>(site - kMoveBytes), kMoveBytes) == 0 &&
         note_path_site(site, before);
}

void Replacement::replace_at(uint64_t begin) {
  uint8_t code[kMaxInstruction];
  Question question;
  if (begin >= mapping_.bytes) return;
  const uint64_t left = mapping_.bytes - begin;
  int available = left < kMaxInstruction ? static_cast<int>(left) : kMaxInstruction;
  const auto* from = pointer_to<void>(mapping_.address + begin);
  while (available > 0 && weft_copy_guarded(code, from, static_cast<uint64_t>(available)) != 0)
    --available;
  if (!read_question(code, available, &question) || question.replaced) return;
  replace(mapping_.address + begin + question.escape_at, question);
}

void Replacement::replace(uint64_t site, const Question& question) {
  const uint64_t start = site - question.escape_at;
  if (g_site_count == kMostSites || !writer_.open(start, question.length)) return;
  const bool state =
      question.kind == QuestionKind::kSaveState || question.kind == QuestionKind::kLoadState;
  if (state && jump_to_state_stub(thread_, start, question)) return;
  if (question.kind == QuestionKind::kLoadState) return;
  g_sites[g_site_count++] = site;
  *pointer_to<uint8_t>(site) = kReplacedEscape;
  write_data_events(thread_, site, 1);
}

}  // namespace

namespace {

/// How many places could not be decided.
uint32_t find_questions(const Thread* thread, const FileMapping& mapping,
                        channel::KnownText* identity) {
  bool complete = false;
  {
    QuestionSearch search(thread, mapping);
    search.run();
    identity->unknown = search.unknown();
    complete = search.complete();
  }
  if (complete) tell_known_text(*identity, g_found);
  return identity->unknown;
}

/// The same, where another process has found them.
uint32_t repeat_questions(const Thread* thread, const FileMapping& mapping,
                          const channel::KnownText& known) {
  Replacement replacement(thread, mapping);
  for_each_site(known, [&](uint64_t distance, bool is_path) {
    if (!is_path) replacement.replace_at(distance);
    if (is_path && distance >= kMoveBytes && distance < mapping.bytes)
      replacement.note_call(distance);
  });
  return known.unknown;
}

}  // namespace

void patch_questions(const Thread* thread, const FileMapping& mapping, const char* path) {
  channel::KnownText identity{};
  const channel::KnownText* known = find_known_text(mapping, &identity);
  const uint32_t unknown = known != nullptr ? repeat_questions(thread, mapping, *known)
                                            : find_questions(thread, mapping, &identity);
  if (unknown == 0) return;
  char text[256];
  write_unusual(thread, Text(text, sizeof text)
                            .add(path)
                            .add(": may ask the processor at places that are not certain (")
                            .add_decimal(unknown)
                            .add("): another processor may answer otherwise in a replay")
                            .c_str());
}

void restore_questions() {
  TextWriter writer;
  for (int i = 0; i < g_site_count; ++i) {
    uint8_t now = 0;
    if (weft_copy_guarded(&now, pointer_to<void>(g_sites[i]), 1) != 0 || now != kReplacedEscape)
      continue;
    if (writer.open(g_sites[i], 1)) *pointer_to<uint8_t>(g_sites[i]) = kEscape;
  }
  g_site_count = 0;
}

void forget_questions() {
  g_site_count = 0;
  g_generated = false;
}

void replace_generated_question(uint64_t site) {
  if (g_site_count == kMostSites) return;
  g_sites[g_site_count++] = site;
  g_generated = true;
  *pointer_to<uint8_t>(site) = kReplacedEscape;
}

bool is_question_site(uint64_t site) {
  if (g_generated && !is_patchable_text(site)) return true;
  for (int i = 0; i < g_site_count; ++i) {
    if (g_sites[i] == site) return true;
  }
  return false;
}

}  // namespace weft::runtime
