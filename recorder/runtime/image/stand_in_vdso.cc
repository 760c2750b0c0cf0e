#include "recorder/runtime/image/stand_in_vdso.h"

#include <elf.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/placement.h"

namespace weft::runtime {

namespace {

constexpr char kStrings[] = "\0linux-vdso.so.1\0.dynsym\0.dynstr";
constexpr uint32_t kName = 1, kSymbolsName = 17, kStringsName = 25;
constexpr int kSections = 3;

/// The bytes of the page, from its beginning.
struct Page {
  Elf64_Ehdr header;
  Elf64_Phdr segments[2];  // all of it; the dynamic section
  uint32_t hash[4];        // one bucket, one symbol: none is found
  Elf64_Sym symbols[1];
  char strings[40];
  uint16_t versions[4];  // of the symbols
  Elf64_Verdef version;
  Elf64_Verdaux version_name;
  Elf64_Dyn dynamic[9];
  Elf64_Shdr sections[kSections];
};
static_assert(sizeof kStrings <= sizeof(Page::strings) && sizeof(Page) <= layout::kPage);

constexpr uint32_t elf_hash(const char* name) {
  uint32_t hash = 0;
  for (; *name != 0; ++name) {
    hash = (hash << 4) + static_cast<uint8_t>(*name);
    const uint32_t top = hash & 0xf0000000;
    hash = (hash ^ (top >> 24)) & ~top;
  }
  return hash;
}

constexpr Elf64_Shdr section(uint32_t name, uint32_t type, uint64_t at, uint64_t bytes,
                             uint32_t link, uint64_t each) {
  return {name, type, SHF_ALLOC, at, at, bytes, link, 1, 8, each};
}

constexpr Page make_page() {
  Page page{};
  page.header = {{ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                 ET_DYN,
                 EM_X86_64,
                 EV_CURRENT,
                 0,
                 offsetof(Page, segments),
                 offsetof(Page, sections),
                 0,
                 sizeof(Elf64_Ehdr),
                 sizeof(Elf64_Phdr),
                 2,
                 sizeof(Elf64_Shdr),
                 kSections,
                 kSections - 1};
  page.segments[0] = {PT_LOAD, PF_R | PF_X, 0, 0, 0, sizeof(Page), sizeof(Page), layout::kPage};
  constexpr uint64_t kDynamic = offsetof(Page, dynamic), kBytes = sizeof(Page::dynamic);
  page.segments[1] = {PT_DYNAMIC, PF_R, kDynamic, kDynamic, kDynamic, kBytes, kBytes, 8};
  page.hash[0] = page.hash[1] = 1;
  for (uint64_t i = 0; i < sizeof kStrings; ++i) page.strings[i] = kStrings[i];
  page.version = {
      VER_DEF_CURRENT, VER_FLG_BASE, 1, 1, elf_hash(kStrings + kName), sizeof(Elf64_Verdef), 0};
  page.version_name = {kName, 0};
  int at = 0;
  const auto add = [&](int64_t tag, uint64_t value) { page.dynamic[at++] = {tag, {value}}; };
  add(DT_SONAME, kName);
  add(DT_HASH, offsetof(Page, hash));
  add(DT_SYMTAB, offsetof(Page, symbols));
  add(DT_STRTAB, offsetof(Page, strings));
  add(DT_STRSZ, sizeof kStrings);
  add(DT_VERSYM, offsetof(Page, versions));
  add(DT_VERDEF, offsetof(Page, version));
  add(DT_VERDEFNUM, 1);
  add(DT_NULL, 0);
  page.sections[1] = section(kSymbolsName, SHT_DYNSYM, offsetof(Page, symbols), sizeof page.symbols,
                             kSections - 1, sizeof(Elf64_Sym));
  page.sections[2] =
      section(kStringsName, SHT_STRTAB, offsetof(Page, strings), sizeof kStrings, 0, 0);
  return page;
}
constexpr Page kPage = make_page();

}  // namespace

uint64_t map_stand_in_vdso() {
  const uint64_t address = stand_in_vdso();
  if (raw(__NR_mmap, address, layout::kPage, PROT_READ | PROT_WRITE,
          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != static_cast<long>(address))
    return 0;
  __builtin_memcpy(pointer_to<void>(address), &kPage, sizeof kPage);
  raw(__NR_mprotect, address, layout::kPage, PROT_READ | PROT_EXEC);
  return address;
}

}  // namespace weft::runtime
