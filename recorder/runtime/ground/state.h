/// What the runtime is doing, and the few facts about the program that many files need.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

enum class Mode : uint32_t { kRecord, kReplay };

inline constexpr uint32_t kMaxPath = 4096;

struct FileIdentity {
  uint64_t device, inode;
};
/// Of an open file; zeros if there is none.
FileIdentity file_identity(int fd);
inline bool same_file(const FileIdentity& a, const FileIdentity& b) {
  return a.inode == b.inode && a.device == b.device && a.inode != 0;
}

/// What stdin, stdout or stderr is at the start.
enum class Stream : uint8_t {
  kNone,  ///< closed, or a device like /dev/null: others may open the same one
  kOwn,   ///< a pipe, a socket, a terminal
  kFile,  ///< a regular file: writing to it does not wait for anybody
};

struct State {
  Mode mode;
  uint64_t program_start;       ///< layout::program_start of the trace's format
  uint32_t format_version;      ///< of the trace (weft/trace/chunk_format.h)
  char program_path[kMaxPath];  ///< absolute; what /proc/self/exe names
  char process_exe[32];         ///< "/proc/PID/exe" of this process
  FileIdentity program_file;    ///< the file that is executed (record)
  int32_t pid;
  FileIdentity standard_files[3];  ///< stdin, stdout, stderr at the start (record)
  Stream standard_streams[3];
  bool filters_calls;  ///< the program has a seccomp filter of its own (record)
  bool leaves_text;    ///< no text of a file is patched
  bool loading;        ///< replay: a program image is being put in place
};
extern State g_state;

/// This process is who it is: its number, and the name of its executable in /proc.
void name_process();

inline bool recording() {
  return g_state.mode == Mode::kRecord;
}

}  // namespace weft::runtime
