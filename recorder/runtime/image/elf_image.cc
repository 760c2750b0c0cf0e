#include "recorder/runtime/image/elf_image.h"

#include <asm/stat.h>
#include <sys/mman.h>

#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/memory/choose_address.h"
#include "recorder/runtime/memory/log_mapping.h"

namespace weft::runtime {

using layout::page_down;
using layout::page_up;

namespace {

/// Reads a "#!" line: 1 and interpreter/argument filled in, 0 if it is none.
int read_script(const File& file, char (&line)[256], const char** interpreter,
                const char** argument) {
  __builtin_memset(line, 0, sizeof line);
  raw(__NR_pread64, static_cast<uint64_t>(file.fd()), address_of(line), sizeof line - 1, 0);
  if (line[0] != '#' || line[1] != '!') return 0;
  char* at = line + 2;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (blank(*at)) ++at;
  *interpreter = at;
  while (*at != 0 && *at != '\n' && !blank(*at)) ++at;
  const bool more = blank(*at);
  if (*at != 0) *at++ = 0;
  while (more && blank(*at)) ++at;
  *argument = more && *at != 0 && *at != '\n' ? at : nullptr;
  while (*at != 0 && *at != '\n') ++at;
  while (at > line && blank(at[-1])) --at;
  *at = 0;
  return **interpreter != 0;
}

uint32_t protection_of(const Elf64_Phdr& segment) {
  return ((segment.p_flags & PF_R) != 0 ? PROT_READ : 0u) |
         ((segment.p_flags & PF_W) != 0 ? PROT_WRITE : 0u) |
         ((segment.p_flags & PF_X) != 0 ? PROT_EXEC : 0u);
}

bool map_segment(const Thread* thread, const File& file, const Image& image,
                 const Elf64_Phdr& segment) {
  const uint64_t address = image.base + segment.p_vaddr, start = page_down(address);
  const uint64_t file_end = address + segment.p_filesz, memory_end = address + segment.p_memsz;
  const uint64_t offset = page_down(segment.p_offset);
  const uint32_t protection = protection_of(segment);
  uint64_t mapped_end = start;
  if (segment.p_filesz != 0) {
    mapped_end = page_up(file_end);
    const uint64_t flags = MAP_PRIVATE | MAP_FIXED;
    if (raw(__NR_mmap, start, mapped_end - start, protection, flags,
            static_cast<uint64_t>(file.fd()), offset) != static_cast<long>(start)) {
      return false;
    }
    log_file_mapping(thread, {start, mapped_end - start, offset, protection,
                              static_cast<uint32_t>(flags), static_cast<int>(file.fd())});
    if (memory_end > file_end && (protection & PROT_WRITE) != 0) {
      weft_zero_guarded(pointer_to<void>(file_end), mapped_end - file_end);
      write_data_events(thread, file_end, mapped_end - file_end);
    }
  }
  if (page_up(memory_end) > mapped_end) {
    const uint64_t bytes = page_up(memory_end) - mapped_end;
    if (raw(__NR_mmap, mapped_end, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
            0) != static_cast<long>(mapped_end)) {
      return false;
    }
    log_anonymous_map(thread, mapped_end, bytes, protection);
    if ((protection & PROT_WRITE) != 0) note_data(mapped_end, bytes);
  }
  return true;
}

}  // namespace

bool File::is_regular() const {
  struct stat status;
  return raw(__NR_fstat, static_cast<uint64_t>(fd_), address_of(&status)) == 0 &&
         (status.st_mode & 0170000) == 0100000;
}

long read_image(const File& file, Image* image) {
  if (!file.read_at(0, &image->header, sizeof image->header)) return -kENOEXEC;
  const Elf64_Ehdr& header = image->header;
  if (__builtin_memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
      (header.e_type != ET_EXEC && header.e_type != ET_DYN) || header.e_phnum == 0 ||
      header.e_phnum > kMaxSegments || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return -kENOEXEC;
  }
  if (!file.read_at(header.e_phoff, image->segments, header.e_phnum * sizeof(Elf64_Phdr)))
    return -kENOEXEC;
  image->interpreter[0] = 0;
  for (int i = 0; i < header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image->segments[i];
    if (segment.p_type != PT_INTERP) continue;
    if (segment.p_filesz == 0 || segment.p_filesz > sizeof image->interpreter ||
        !file.read_at(segment.p_offset, image->interpreter, segment.p_filesz)) {
      return -kENOEXEC;
    }
    image->interpreter[segment.p_filesz - 1] = 0;
  }
  return 0;
}

long resolve_scripts(const Program& program, Resolved* resolved) {
  resolved->path = program.path;
  resolved->prefix_count = 0;
  const char* reversed[2 * kMaxScripts + 1];
  int count = 0;
  for (int depth = 0;; ++depth) {
    const File file(resolved->path);
    if (file.fd() < 0) return file.fd();
    if (!file.is_regular()) return -kEACCES;
    const long executable = raw(__NR_access, address_of(resolved->path), 1 /* X_OK */);
    if (executable != 0) return executable;
    if (depth == kMaxScripts) return -kELOOP;
    const char *interpreter, *argument;
    if (!read_script(file, resolved->lines[depth], &interpreter, &argument)) break;
    reversed[count++] = resolved->path;
    if (argument != nullptr) reversed[count++] = argument;
    resolved->path = interpreter;
  }
  if (count != 0) reversed[count++] = resolved->path;
  while (count > 0) resolved->prefix[resolved->prefix_count++] = reversed[--count];
  return 0;
}

void log_anonymous_map(const Thread* thread, uint64_t address, uint64_t bytes,
                       uint32_t protection) {
  trace::MapRecord record{};
  record.address = address;
  record.length = bytes;
  record.protection = protection;
  record.flags = MAP_PRIVATE | MAP_ANONYMOUS;
  EventWriter event(trace::EventKind::kMap, thread);
  event.put_bytes(&record, sizeof record);
  event.commit(0);
}

long map_image(const Thread* thread, const File& file, Image* image) {
  uint64_t lowest = UINT64_MAX, highest = 0, alignment = layout::kPage;
  for (int i = 0; i < image->header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image->segments[i];
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_vaddr < lowest) lowest = page_down(segment.p_vaddr);
    if (segment.p_align > alignment && segment.p_align <= (2u << 20)) alignment = segment.p_align;
    if (segment.p_vaddr + segment.p_memsz > highest)
      highest = page_up(segment.p_vaddr + segment.p_memsz);
  }
  if (lowest >= highest || highest - lowest > (uint64_t{1} << 32)) return -kENOEXEC;
  image->base = 0;
  if (image->header.e_type == ET_DYN) {
    const uint64_t room = reserve_image(highest - lowest + alignment);
    image->base = ((room + alignment - 1) & ~(alignment - 1)) - (lowest & ~(alignment - 1));
  }
  image->end = image->base + highest;
  for (int i = 0; i < image->header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image->segments[i];
    if (segment.p_type == PT_LOAD && !map_segment(thread, file, *image, segment)) return -kENOMEM;
  }
  return 0;
}

}  // namespace weft::runtime
