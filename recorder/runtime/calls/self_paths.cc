#include "recorder/runtime/calls/self_paths.h"

#include <asm/stat.h>
#include <linux/fcntl.h>

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/turns/gathering.h"

namespace weft::runtime {

namespace {

bool equal(const char* a, const char* b) {
  return __builtin_strcmp(a, b) == 0;
}

/// Copies the path that argument `index` points to; false if it does not begin with "/proc/".
bool read_proc_path(const Call& call, int index, char (&path)[64]) {
  const uint64_t address = call.args[index];
  if (address == 0 || weft_copy_guarded(path, pointer_to<void>(address), 6) != 0) return false;
  if (__builtin_memcmp(path, "/proc/", 6) != 0) return false;
  const long length = weft_string_guarded(pointer_to<char>(address), sizeof path);
  if (length < 0 || length >= static_cast<long>(sizeof path)) return false;
  return weft_copy_guarded(path, pointer_to<void>(address), static_cast<size_t>(length) + 1) == 0;
}

int path_argument(const Call& call) {
  for (int i = 0; i < call.arity; ++i) {
    if (call.specs[i].kind == syscall::ArgKind::kPath) return i;
  }
  return -1;
}

/// The `status` file of a process or thread lists the processors that it may use.
bool tells_processors(const char* path) {
  constexpr char kName[] = "/status";
  constexpr size_t kLength = sizeof kName - 1;
  const size_t length = __builtin_strlen(path);
  return length > kLength && __builtin_memcmp(path + length - kLength, kName, kLength) == 0;
}

/// Asks for the link /proc/self/exe itself, which is the kernel's business.
bool does_not_follow(const Call& call) {
  constexpr uint64_t kSymlinkNofollow = 0x100;  // AT_SYMLINK_NOFOLLOW
  constexpr uint64_t kOpenNofollow = 0x20000;   // O_NOFOLLOW
  switch (call.number) {
    case __NR_newfstatat:
      return (call.args[3] & kSymlinkNofollow) != 0;
    case __NR_statx:
      return (call.args[2] & kSymlinkNofollow) != 0;
    case __NR_open:
      return (call.args[1] & kOpenNofollow) != 0;
    case __NR_openat:
      return (call.args[2] & kOpenNofollow) != 0;
    default:
      return false;
  }
}

/// Where a call that writes to the file has its flags; for those that always do, what they mean.
uint64_t open_flags(const Call& call) {
  switch (call.number) {
    case __NR_open:
      return call.args[1];
    case __NR_openat:
      return call.args[2];
    case __NR_creat:
    case __NR_truncate:
      return O_WRONLY;
    default:
      return 0;
  }
}

/// Would the kernel open the program's executable for writing? It is asked for the right first: its
/// own refusals come before.
bool writes_to_program(const Call& call, int index, const uint64_t (&args)[6]) {
  constexpr uint64_t kEffectiveUser = 0x200, kMayWrite = 2;  // AT_EACCESS, W_OK
  constexpr uint64_t kNewFile = O_CREAT | O_EXCL;
  const uint64_t flags = open_flags(call);
  if ((flags & (O_ACCMODE | O_TRUNC)) == 0 || (flags & O_PATH) != 0 ||
      (flags & kNewFile) == kNewFile)
    return false;
  const uint64_t directory = index == 0 ? static_cast<uint64_t>(AT_FDCWD) : args[0];
  const uint64_t no_follow = (flags & O_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0;
  struct stat status{};
  return raw(__NR_newfstatat, directory, args[index], address_of(&status), no_follow) == 0 &&
         same_file({status.st_dev, status.st_ino}, g_state.program_file) &&
         raw(__NR_faccessat2, directory, args[index], kMayWrite, kEffectiveUser) == 0;
}

}  // namespace

const char* real_self_path(const char* path) {
  const bool self = equal(path, "/proc/self/exe") || equal(path, "/proc/thread-self/exe") ||
                    equal(path, g_state.process_exe);
  return self ? g_state.program_path : nullptr;
}

long on_readlink(Call& call) {
  char path[64];
  const int index = path_argument(call);
  if (!recording() || !read_proc_path(call, index, path) || real_self_path(path) == nullptr) {
    return perform(call);
  }
  const uint64_t capacity = call.args[index + 2];
  const size_t length = __builtin_strlen(g_state.program_path);
  const uint64_t bytes = length < capacity ? length : capacity;
  long result = static_cast<long>(bytes);
  if (static_cast<int32_t>(capacity) <= 0) {
    result = -kEINVAL;
  } else if (weft_copy_guarded(pointer_to<void>(call.args[index + 1]), g_state.program_path,
                               bytes) != 0) {
    result = -kEFAULT;
  }
  static OutputList outputs;
  outputs.clear();
  collect_outputs(call, result, &outputs);
  log_call(call, result, &outputs);
  return result;
}

long on_path_call(Call& call) {
  char path[64];
  const int index = path_argument(call);
  if (!recording() || index < 0) return perform(call);
  uint64_t args[6];
  for (int i = 0; i < 6; ++i) args[i] = call.args[i];
  const bool named = !does_not_follow(call) && read_proc_path(call, index, path);
  const char* real = named ? real_self_path(path) : nullptr;
  if (named && tells_processors(path)) suspend_gathering();
  if (real != nullptr) args[index] = address_of(real);
  if (writes_to_program(call, index, args)) {
    log_call(call, -kETXTBSY, nullptr);
    return -kETXTBSY;
  }
  return real != nullptr ? record_with(call, args) : perform(call);
}

}  // namespace weft::runtime
