// The vDSO: a program reads its tables without asking whether there is one, and its loader lists it.
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include "guest.h"

int main() {
  const auto base = getauxval(AT_SYSINFO_EHDR);
  const auto* bytes = reinterpret_cast<const char*>(base);
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(bytes);
  expect(memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 && header->e_type == ET_DYN);
  const Elf64_Dyn* dynamic = nullptr;
  for (int i = 0; i < header->e_phnum; ++i) {
    const auto* segment = reinterpret_cast<const Elf64_Phdr*>(bytes + header->e_phoff) + i;
    if (segment->p_type == PT_DYNAMIC)
      dynamic = reinterpret_cast<const Elf64_Dyn*>(bytes + segment->p_offset);
  }
  expect(dynamic != nullptr);
  uint64_t found[DT_NUM] = {};
  bool versions = false;
  for (; dynamic->d_tag != DT_NULL; ++dynamic) {
    if (dynamic->d_tag < DT_NUM) found[dynamic->d_tag] = dynamic->d_un.d_val;
    versions = versions || dynamic->d_tag == DT_VERSYM;
  }
  expect(versions && found[DT_HASH] != 0 && found[DT_SYMTAB] != 0 && found[DT_STRTAB] != 0);
  const char* strings = reinterpret_cast<const char*>(
      found[DT_STRTAB] > base ? found[DT_STRTAB] : base + found[DT_STRTAB]);
  expect(strcmp(strings + found[DT_SONAME], "linux-vdso.so.1") == 0);
  const auto* sections = reinterpret_cast<const Elf64_Shdr*>(bytes + header->e_shoff);
  const char* names = bytes + sections[header->e_shstrndx].sh_offset;
  bool symbols = false;
  for (int i = 0; i < header->e_shnum; ++i)
    symbols = symbols || strcmp(names + sections[i].sh_name, ".dynsym") == 0;
  expect(symbols);
  int objects = 0;
  dl_iterate_phdr([](dl_phdr_info*, size_t, void* count) { return ++*static_cast<int*>(count), 0; },
                  &objects);
  expect(objects >= 4);
  show("time", now_ns());
  return done();
}
