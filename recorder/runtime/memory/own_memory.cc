#include "recorder/runtime/memory/own_memory.h"

#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

namespace {

/// Where /proc is; each such file system has a device of its own.
uint64_t proc_device() {
  static uint64_t device = 0;  // used under the baton
  if (device != 0) return device;
  const long fd = raw(__NR_open, address_of("/proc/self/stat"), 02000000 /* O_CLOEXEC */);
  if (fd < 0) return device = UINT64_MAX;
  device = file_identity(static_cast<int>(fd)).device;
  raw(__NR_close, static_cast<uint64_t>(fd));
  return device;
}

/// The number that `text` begins with; `*text` is after it then.
uint64_t read_number(const char** text) {
  uint64_t value = 0;
  for (; **text >= '0' && **text <= '9'; ++*text)
    value = value * 10 + static_cast<uint64_t>(**text - '0');
  return value;
}

bool skip(const char** text, const char* word) {
  const char* at = *text;
  for (; *word != 0; ++word, ++at) {
    if (*at != *word) return false;
  }
  *text = at;
  return true;
}

/// "/proc/PID/mem" or "/proc/PID/task/TID/mem" of this process.
bool names_own_memory(const char* path) {
  if (!skip(&path, "/proc/") || read_number(&path) != static_cast<uint64_t>(g_state.pid))
    return false;
  if (skip(&path, "/task/")) read_number(&path);
  return __builtin_strcmp(path, "/mem") == 0;
}

}  // namespace

bool is_own_memory(uint64_t fd, const FileIdentity& file) {
  if (file.inode == 0 || file.device != proc_device()) [[likely]]
    return false;
  char link[32], path[64];
  Text(link, sizeof link).add("/proc/self/fd/").add_decimal(fd);
  const long length = raw(__NR_readlink, address_of(link), address_of(path), sizeof path - 1);
  if (length <= 0) return false;
  path[length] = 0;
  return names_own_memory(path);
}

long write_own_memory(Call& call, uint64_t offset) {
  call.block = syscall::Block::kNever;
  if (offset == kNoOffset)
    offset = static_cast<uint64_t>(raw(__NR_lseek, call.args[0], 0, 1 /* SEEK_CUR */));
  const long result = enter_kernel(call);
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (result > 0) outputs.add(trace::kAbsolute, offset, static_cast<uint64_t>(result));
  log_call(call, result, &outputs);
  return result;
}

}  // namespace weft::runtime
