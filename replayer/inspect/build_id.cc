#include "replayer/inspect/build_id.h"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "weft/base/bounded_read.h"

namespace weft::inspect {

namespace {

std::string hex(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::byte byte : bytes) {
    out += kDigits[static_cast<uint8_t>(byte) >> 4];
    out += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return out;
}

/// Walks over the notes of one segment (elf(5): name and descriptor are padded to 4 bytes).
std::string build_id_in_notes(std::span<const std::byte> notes) {
  uint64_t at = 0;
  while (const auto note = read_at<Elf64_Nhdr>(notes, at)) {
    const uint64_t name_at = at + sizeof *note;
    const uint64_t bytes_at = name_at + ((uint64_t{note->n_namesz} + 3) & ~uint64_t{3});
    const uint64_t end = bytes_at + note->n_descsz;
    if (end > notes.size()) break;
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
        std::memcmp(notes.data() + name_at, "GNU", 4) == 0)
      return hex(notes.subspan(bytes_at, note->n_descsz));
    at = (end + 3) & ~uint64_t{3};
  }
  return {};
}

}  // namespace

bool is_elf(std::span<const std::byte> image) {
  return image.size() >= SELFMAG && std::memcmp(image.data(), ELFMAG, SELFMAG) == 0;
}

std::string build_id_of(std::span<const std::byte> image) {
  const auto header = read_at<Elf64_Ehdr>(image, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phentsize != sizeof(Elf64_Phdr))
    return {};
  for (uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(image, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) break;
    if (segment->p_type != PT_NOTE || segment->p_offset > image.size()) continue;
    const auto rest = image.subspan(segment->p_offset);
    const auto notes = rest.first(std::min<uint64_t>(rest.size(), segment->p_filesz));
    if (std::string id = build_id_in_notes(notes); !id.empty()) return id;
  }
  return {};
}

}  // namespace weft::inspect
