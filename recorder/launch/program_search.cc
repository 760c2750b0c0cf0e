#include "recorder/launch/program_search.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "recorder/launch/sanitizer.h"
#include "weft/base/shell_word.h"
#include "weft/base/unique_fd.h"

namespace weft::launch {
namespace {

constexpr int kPrSetSyscallUserDispatch = 59;      // linux/prctl.h, since 5.11
constexpr unsigned long kHwcap2FsGsBase = 1 << 1;  // asm/hwcap2.h

Error usage(std::string message, std::string hint) {
  return {ErrorClass::kUsage, std::move(message), std::move(hint)};
}

Error unsupported(std::string message, std::string hint) {
  return {ErrorClass::kUnsupported, std::move(message), std::move(hint)};
}

std::string machine_name(uint16_t machine) {
  switch (machine) {
    case EM_386:
      return "32-bit x86";
    case EM_AARCH64:
      return "64-bit ARM";
    case EM_ARM:
      return "32-bit ARM";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "64-bit PowerPC";
    case EM_S390:
      return "S/390";
    default:
      return fmt::format("another machine (ELF number {})", machine);
  }
}

/// execve(2): the interpreter's path ends at the first blank.
Status check_script(const std::string& path, std::string_view line) {
  line = line.substr(0, line.find('\n'));
  const size_t begin = std::min(line.find_first_not_of(" \t", 2), line.size());
  const std::string interpreter(line.substr(begin, line.find_first_of(" \t", begin) - begin));
  if (!interpreter.empty() && ::access(interpreter.c_str(), X_OK) == 0) return {};
  return usage(fmt::format("the interpreter of '{}' cannot be executed: '{}'", path, interpreter),
               "install it, or correct the script's first line");
}

Status check_contents(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return {};  // executable but not readable: the runtime says so if it matters
  char start[256] = {};
  const ssize_t bytes = ::pread(fd.get(), start, sizeof start, 0);
  if (bytes >= 2 && std::memcmp(start, "#!", 2) == 0) {
    return check_script(path, {start, static_cast<size_t>(bytes)});
  }
  Elf64_Ehdr header{};
  std::memcpy(&header, start, sizeof header);
  if (bytes < 20 || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return usage(fmt::format("'{}' is not a program: neither ELF nor a script with #!", path),
                 fmt::format("to run it with a shell: weft record sh {}", shell_word(path)));
  }
  if (header.e_machine != EM_X86_64 || header.e_ident[EI_CLASS] != ELFCLASS64) {
    const std::string machine = header.e_machine == EM_X86_64 ? std::string("x32 (32-bit pointers)")
                                                              : machine_name(header.e_machine);
    return unsupported(fmt::format("'{}' is a program for {}", path, machine),
                       "weft records 64-bit x86-64 programs; build or install it for x86-64");
  }
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
    return usage(fmt::format("'{}' is an ELF file, but not a program", path),
                 "name the linked program, not an object file");
  }
  if (const std::string_view sanitizer = sanitizer_of(fd.get()); !sanitizer.empty()) {
    return unsupported(
        fmt::format("'{}' is built with {}, which needs addresses that the kernel chooses", path,
                    sanitizer),
        "build it without that sanitizer; address and undefined can be recorded");
  }
  return {};
}

/// Checks one candidate that exists.
Result<Program> check_file(const std::string& path, const struct stat& file) {
  if (S_ISDIR(file.st_mode)) {
    return usage(fmt::format("'{}' is a directory", path), "name the program inside it");
  }
  if (!S_ISREG(file.st_mode) || ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) {
    return usage(fmt::format("'{}' is not executable", path),
                 fmt::format("chmod +x {}, or name its interpreter first", path));
  }
  if (const Status contents = check_contents(path); !contents) {
    return contents.error();
  }
  Program program{path, ""};
  const bool foreign_owner = file.st_uid != ::geteuid() && (file.st_mode & S_ISUID) != 0;
  const bool foreign_group = file.st_gid != ::getegid() && (file.st_mode & S_ISGID) != 0;
  if (foreign_owner || foreign_group) {
    program.note =
        fmt::format("'{}' is set-{}: it is recorded with your own rights, without the extra ones",
                    path, foreign_owner ? "uid" : "gid");
  }
  return program;
}

Error no_such_program(const std::string& name, int error) {
  if (error == EACCES) {
    return usage(fmt::format("'{}' cannot be reached: permission denied", name),
                 "see the rights of the directories on the way with namei -l");
  }
  return usage(
      fmt::format("no such program: '{}'", name),
      name.find('/') == std::string::npos
          ? fmt::format("it is in no directory of PATH; a file in this directory is named ./{}",
                        name)
          : "see what is there with ls");
}

}  // namespace

Result<Program> find_program(const std::string& name, const std::string& search_path) {
  struct stat file{};
  if (name.empty()) return usage("the program's name is empty", "weft record -- PROGRAM [ARGS...]");
  if (name.find('/') != std::string::npos) {
    if (::stat(name.c_str(), &file) != 0) return no_such_program(name, errno);
    return check_file(name, file);
  }
  std::string not_executable;
  for (size_t begin = 0; begin <= search_path.size();) {
    const size_t end = std::min(search_path.find(':', begin), search_path.size());
    // execvp(3): an empty entry is the working directory.
    const std::string_view entry = std::string_view(search_path).substr(begin, end - begin);
    const std::string_view directory = entry.empty() ? std::string_view(".") : entry;
    const std::string path = fmt::format("{}/{}", directory, name);
    begin = end + 1;
    if (::stat(path.c_str(), &file) != 0 || S_ISDIR(file.st_mode)) continue;
    if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return check_file(path, file);
    not_executable = path;
  }
  if (!not_executable.empty()) {
    return usage(fmt::format("'{}' is not executable", not_executable),
                 fmt::format("chmod +x {}, or name its interpreter first", not_executable));
  }
  return no_such_program(name, ENOENT);
}

Status check_machine() {
  if (::prctl(kPrSetSyscallUserDispatch, 0, 0, 0, 0) != 0) {
    return unsupported("this kernel has no Syscall User Dispatch",
                       "Linux 5.11 or newer is needed (Debian 12 has 6.1); see uname -r");
  }
  if ((::getauxval(AT_HWCAP2) & kHwcap2FsGsBase) == 0) {
    return unsupported("this CPU or kernel lets no program set its FS base (FSGSBASE)",
                       "an x86-64 CPU since 2012 and a kernel since 5.9 without nofsgsbase is "
                       "needed");
  }
  return {};
}

}  // namespace weft::launch
