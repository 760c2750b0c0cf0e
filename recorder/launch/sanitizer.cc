#include "recorder/launch/sanitizer.h"

#include <elf.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::launch {
namespace {

constexpr uint64_t kMostStrings = 64 << 20;  // bytes of symbol names that are searched

struct Sanitizer {
  std::string_view symbol;  // that every program built with it calls first
  std::string_view name;
};
constexpr Sanitizer kSanitizers[] = {
    {"__tsan_init", "ThreadSanitizer"},
    {"__msan_init", "MemorySanitizer"},
};

template <class T>
std::vector<T> read_table(int fd, uint64_t offset, uint64_t count) {
  std::vector<T> items(count);
  const auto bytes = static_cast<ssize_t>(count * sizeof(T));
  if (::pread(fd, items.data(), count * sizeof(T), static_cast<off_t>(offset)) != bytes)
    items.clear();
  return items;
}

/// Where in the file the byte at the address `value` lies; 0 if nowhere.
uint64_t file_offset(const std::vector<Elf64_Phdr>& segments, uint64_t value) {
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD && value >= segment.p_vaddr &&
        value - segment.p_vaddr < segment.p_filesz) {
      return value - segment.p_vaddr + segment.p_offset;
    }
  }
  return 0;
}

/// The names of the dynamic symbols, each with a NUL before and after it.
std::string dynamic_names(int fd) {
  const auto header = read_table<Elf64_Ehdr>(fd, 0, 1);
  if (header.empty()) return {};
  const auto segments = read_table<Elf64_Phdr>(fd, header[0].e_phoff, header[0].e_phnum);
  uint64_t strings = 0, bytes = 0;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_DYNAMIC || segment.p_filesz > kMostStrings) continue;
    const uint64_t entries = segment.p_filesz / sizeof(Elf64_Dyn);
    for (const Elf64_Dyn& entry : read_table<Elf64_Dyn>(fd, segment.p_offset, entries)) {
      if (entry.d_tag == DT_STRTAB) strings = file_offset(segments, entry.d_un.d_ptr);
      if (entry.d_tag == DT_STRSZ) bytes = entry.d_un.d_val;
    }
  }
  if (strings == 0 || bytes > kMostStrings) return {};
  const auto names = read_table<char>(fd, strings, bytes);
  return {names.begin(), names.end()};
}

}  // namespace

std::string_view sanitizer_of(int fd) {
  const std::string names = dynamic_names(fd);
  for (const Sanitizer& sanitizer : kSanitizers) {
    const std::string whole = std::string(1, '\0').append(sanitizer.symbol).append(1, '\0');
    if (names.find(whole) != std::string::npos) return sanitizer.name;
  }
  return {};
}

}  // namespace weft::launch
