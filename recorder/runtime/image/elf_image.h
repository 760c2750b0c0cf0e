/// ELF files and `#!` scripts: reading them, and mapping an image into the program's address space.
#pragma once

#include <elf.h>

#include "recorder/runtime/image/loader.h"

namespace weft::runtime {

inline constexpr int kMaxSegments = 64;
inline constexpr int kMaxScripts = 5;  ///< as many as the kernel follows

struct Image {
  Elf64_Ehdr header;
  Elf64_Phdr segments[kMaxSegments];
  char interpreter[256];
  uint64_t base;
  uint64_t end;  // of the highest segment
  uint64_t entry() const { return base + header.e_entry; }
  uint64_t segments_address() const {
    for (int i = 0; i < header.e_phnum; ++i) {
      const Elf64_Phdr& segment = segments[i];
      if (segment.p_type == PT_LOAD && segment.p_offset <= header.e_phoff &&
          header.e_phoff < segment.p_offset + segment.p_filesz) {
        return base + segment.p_vaddr + header.e_phoff - segment.p_offset;
      }
    }
    return 0;
  }
};

class File {
 public:
  explicit File(const char* path)
      : fd_(raw(__NR_open, address_of(path), 02000000 /* O_CLOEXEC */)) {}
  ~File() {
    if (fd_ >= 0) raw(__NR_close, static_cast<uint64_t>(fd_));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  long fd() const { return fd_; }
  bool is_regular() const;
  bool read_at(uint64_t offset, void* to, uint64_t bytes) const {
    return raw(__NR_pread64, static_cast<uint64_t>(fd_), address_of(to), bytes, offset) ==
           static_cast<long>(bytes);
  }

 private:
  long fd_;
};

/// 0, or -ENOEXEC if it is not an ELF file for x86-64.
long read_image(const File& file, Image* image);
/// Maps all segments, where weft chooses for position-independent ones: sets base and end, writes
/// kMap and kData. 0 or -errno.
long map_image(const Thread* thread, const File& file, Image* image);
/// A kMap event for memory that begins as zeros.
void log_anonymous_map(const Thread* thread, uint64_t address, uint64_t bytes, uint32_t protection);

/// The chain of scripts in front of a program: what argv begins with instead of argv[0].
struct Resolved {
  char lines[kMaxScripts][256];
  const char* prefix[2 * kMaxScripts + 1];
  int prefix_count;
  const char* path;  // of the ELF file
};

/// Follows `#!` lines down to the ELF file: 0 or -errno.
long resolve_scripts(const Program& program, Resolved* resolved);

}  // namespace weft::runtime
