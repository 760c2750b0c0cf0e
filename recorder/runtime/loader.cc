/// The loader, after the kernel's fs/binfmt_elf.c and fs/binfmt_script.c.
///
/// The first stack, from its top (kStackEnd) downwards, as the System V ABI and the kernel have it:
///
///   8 zero bytes | path as given | environment strings | argument strings | "x86_64" | 16 random bytes
///   | auxiliary vector | environment pointers, 0 | argument pointers, 0 | argument count  <- rsp
///
/// The trace gets, in this order: kExec, then for each segment kMap + kData, then the stack as kMap +
/// kData, then kStart. Not passed on from the kernel's auxiliary vector: the vDSO (its clocks would not
/// be seen) and the rseq entries (the kernel would write into program memory at times of its own).
#include "recorder/runtime/loader.h"

#include <asm/stat.h>
#include <elf.h>
#include <sys/mman.h>

#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/extended_state.h"
#include "recorder/runtime/memory_map.h"
#include "recorder/runtime/patch.h"
#include "recorder/runtime/report.h"
#include "recorder/runtime/signals.h"
#include "recorder/runtime/state.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"

namespace weft::runtime {

namespace {

constexpr int kMaxSegments = 64;
constexpr int kMaxScripts = 5;
constexpr uint32_t kRseqFeatureSize = 27, kRseqAlign = 28;
constexpr uint64_t kDefaultStack = 8u << 20, kLargestStack = 64u << 20;

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

struct AuxiliaryEntry {
  uint64_t type, value;
};
AuxiliaryEntry g_auxiliary[64];

uint64_t page_down(uint64_t value) { return value & ~(layout::kPage - 1); }
uint64_t page_up(uint64_t value) { return page_down(value + layout::kPage - 1); }

class File {
 public:
  explicit File(const char* path) : fd_(raw(__NR_open, address_of(path), 02000000 /* O_CLOEXEC */)) {}
  ~File() {
    if (fd_ >= 0) raw(__NR_close, static_cast<uint64_t>(fd_));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  long fd() const { return fd_; }
  bool is_regular() const {
    struct stat status;
    return raw(__NR_fstat, static_cast<uint64_t>(fd_), address_of(&status)) == 0 &&
           (status.st_mode & 0170000) == 0100000;
  }
  bool read_at(uint64_t offset, void* to, uint64_t bytes) const {
    return raw(__NR_pread64, static_cast<uint64_t>(fd_), address_of(to), bytes, offset) ==
           static_cast<long>(bytes);
  }

 private:
  long fd_;
};

long read_image(const File& file, Image* image) {
  if (!file.read_at(0, &image->header, sizeof image->header)) return -kENOEXEC;
  const Elf64_Ehdr& header = image->header;
  if (__builtin_memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_machine != EM_X86_64 || (header.e_type != ET_EXEC && header.e_type != ET_DYN) ||
      header.e_phnum == 0 || header.e_phnum > kMaxSegments || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return -kENOEXEC;
  }
  if (!file.read_at(header.e_phoff, image->segments, header.e_phnum * sizeof(Elf64_Phdr))) return -kENOEXEC;
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

/// Reads a "#!" line: 1 and interpreter/argument filled in, 0 if it is none.
int read_script(const File& file, char (&line)[256], const char** interpreter, const char** argument) {
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

/// The chain of scripts in front of a program: what argv begins with instead of argv[0].
struct Resolved {
  char lines[kMaxScripts][256];
  const char* prefix[2 * kMaxScripts + 1];
  int prefix_count;
  const char* path;  // of the ELF file
};

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

void log_anonymous_map(const Thread* thread, uint64_t address, uint64_t bytes, uint32_t protection) {
  trace::MapRecord record{};
  record.address = address;
  record.length = bytes;
  record.protection = protection;
  record.flags = MAP_PRIVATE | MAP_ANONYMOUS;
  EventWriter event(trace::EventKind::kMap, thread);
  event.put_bytes(&record, sizeof record);
  event.commit(0);
}

uint32_t protection_of(const Elf64_Phdr& segment) {
  return ((segment.p_flags & PF_R) != 0 ? PROT_READ : 0u) | ((segment.p_flags & PF_W) != 0 ? PROT_WRITE : 0u) |
         ((segment.p_flags & PF_X) != 0 ? PROT_EXEC : 0u);
}

bool map_segment(const Thread* thread, const File& file, const Image& image, const Elf64_Phdr& segment) {
  const uint64_t address = image.base + segment.p_vaddr, start = page_down(address);
  const uint64_t file_end = address + segment.p_filesz, memory_end = address + segment.p_memsz;
  const uint64_t offset = page_down(segment.p_offset);
  const uint32_t protection = protection_of(segment);
  uint64_t mapped_end = start;
  if (segment.p_filesz != 0) {
    mapped_end = page_up(file_end);
    const uint64_t flags = MAP_PRIVATE | MAP_FIXED;
    if (raw(__NR_mmap, start, mapped_end - start, protection, flags, static_cast<uint64_t>(file.fd()),
            offset) != static_cast<long>(start)) {
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
    if (raw(__NR_mmap, mapped_end, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
        static_cast<long>(mapped_end)) {
      return false;
    }
    log_anonymous_map(thread, mapped_end, bytes, protection);
    if ((protection & PROT_WRITE) != 0) note_data(mapped_end, bytes);
  }
  return true;
}

long map_image(const Thread* thread, const File& file, Image* image) {
  uint64_t lowest = UINT64_MAX, highest = 0, alignment = layout::kPage;
  for (int i = 0; i < image->header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image->segments[i];
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_vaddr < lowest) lowest = page_down(segment.p_vaddr);
    if (segment.p_align > alignment && segment.p_align <= (2u << 20)) alignment = segment.p_align;
    if (segment.p_vaddr + segment.p_memsz > highest) highest = page_up(segment.p_vaddr + segment.p_memsz);
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

/// The first stack, built downwards.
class StackBuilder {
 public:
  explicit StackBuilder(uint64_t top) : at_(top) {}
  uint64_t bytes(const void* from, uint64_t count) {
    at_ -= count;
    __builtin_memcpy(pointer_to<void>(at_), from, count);
    return at_;
  }
  uint64_t string(const char* text) { return bytes(text, __builtin_strlen(text) + 1); }
  void align(uint64_t alignment) { at_ &= ~(alignment - 1); }
  void word(uint64_t value) { bytes(&value, sizeof value); }
  uint64_t address() const { return at_; }
  void reserve(uint64_t count) { at_ -= count; }

 private:
  uint64_t at_;
};

int count_of(const char** list) {
  int count = 0;
  while (list[count] != nullptr) ++count;
  return count;
}

/// struct prctl_mm_map: what /proc/self/{cmdline,environ,auxv,stat} show.
struct MemoryLayout {
  uint64_t code_start, code_end, data_start, data_end, heap_start, heap, stack_start, argument_start,
      argument_end, environment_start, environment_end;
  uint64_t auxiliary;
  uint32_t auxiliary_bytes;
  uint32_t exe_fd;
};

uint64_t auxiliary_value(const AuxiliaryEntry& entry, const Image& program, const Image& interpreter,
                         uint64_t random, uint64_t path, uint64_t platform) {
  switch (entry.type) {
    case AT_PHDR: return program.segments_address();
    case AT_PHNUM: return program.header.e_phnum;
    case AT_BASE: return program.interpreter[0] != 0 ? interpreter.base : 0;
    case AT_ENTRY: return program.entry();
    case AT_RANDOM: return random;
    case AT_EXECFN: return path;
    case AT_PLATFORM: return platform;
    case AT_UID: return static_cast<uint64_t>(raw(__NR_getuid));
    case AT_EUID: return static_cast<uint64_t>(raw(__NR_geteuid));
    case AT_GID: return static_cast<uint64_t>(raw(__NR_getgid));
    case AT_EGID: return static_cast<uint64_t>(raw(__NR_getegid));
    default: return entry.value;
  }
}

/// PT_GNU_STACK says whether the stack is executable; without it it is, as in the kernel.
uint32_t stack_protection(const Image& image) {
  for (int i = 0; i < image.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = image.segments[i];
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) == 0) return PROT_READ | PROT_WRITE;
  }
  return PROT_READ | PROT_WRITE | PROT_EXEC;
}

uint64_t map_stack(uint32_t protection) {
  uint64_t limit[2] = {kDefaultStack, 0};
  raw(__NR_getrlimit, 3 /* RLIMIT_STACK */, address_of(limit));
  uint64_t bytes = page_up(limit[0] < kLargestStack ? limit[0] : limit[0] == UINT64_MAX ? kDefaultStack : kLargestStack);
  if (bytes < (1u << 20)) bytes = 1u << 20;
  const uint64_t start = kStackEnd - bytes;
  const long result = raw(__NR_mmap, start, bytes, protection,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE | MAP_STACK, -1, 0);
  return result == static_cast<long>(start) ? bytes : 0;
}

/// Pointers to strings that lie one after the other from `first` on.
void push_pointers(StackBuilder* stack, const char** list, int count, uint64_t first) {
  stack->word(0);
  uint64_t total = 0;
  for (int i = 0; i < count; ++i) total += __builtin_strlen(list[i]) + 1;
  for (int i = count - 1; i >= 0; --i) {
    total -= __builtin_strlen(list[i]) + 1;
    stack->word(first + total);
  }
}

uint64_t push_strings(StackBuilder* stack, const char** list, int count) {
  for (int i = count - 1; i >= 0; --i) stack->string(list[i]);
  return stack->address();
}

/// Builds the stack; returns rsp. `known` gets what the kernel is told.
uint64_t build_stack(const Program& program, const Image& image, const Image& interpreter,
                     MemoryLayout* known) {
  StackBuilder stack(kStackEnd - 8);
  const int argument_count = count_of(program.argv), environment_count = count_of(program.envp);
  const uint64_t path = stack.string(program.path);
  known->environment_end = path;
  known->environment_start = push_strings(&stack, program.envp, environment_count);
  known->argument_end = known->environment_start;
  known->argument_start = push_strings(&stack, program.argv, argument_count);
  const uint64_t platform = stack.string("x86_64");
  stack.align(16);
  stack.reserve(16);
  const uint64_t random = stack.address();
  raw(__NR_getrandom, random, 16, 0);

  AuxiliaryEntry vector[64];
  int entries = 0;
  for (const AuxiliaryEntry& entry : g_auxiliary) {
    if (entry.type == AT_NULL) break;
    if (entry.type == AT_SYSINFO_EHDR || entry.type == kRseqFeatureSize || entry.type == kRseqAlign) continue;
    vector[entries++] = {entry.type, auxiliary_value(entry, image, interpreter, random, path, platform)};
  }
  vector[entries++] = {AT_NULL, 0};
  const uint64_t words = static_cast<uint64_t>(entries) * 2 + static_cast<uint64_t>(environment_count) + 1 +
                         static_cast<uint64_t>(argument_count) + 1 + 1;
  if (words % 2 != 0) stack.reserve(8);
  known->auxiliary = stack.bytes(vector, static_cast<uint64_t>(entries) * sizeof vector[0]);
  known->auxiliary_bytes = static_cast<uint32_t>(static_cast<uint64_t>(entries) * sizeof vector[0]);
  push_pointers(&stack, program.envp, environment_count, known->environment_start);
  push_pointers(&stack, program.argv, argument_count, known->argument_start);
  stack.word(static_cast<uint64_t>(argument_count));
  known->stack_start = stack.address();
  return stack.address();
}

/// Comm, command line and the like, as for any other process.
void tell_kernel(const char* path, const Image& image, MemoryLayout known) {
  const char* name = path;
  for (const char* at = path; *at != 0; ++at) {
    if (*at == '/') name = at + 1;
  }
  raw(__NR_prctl, 15 /* PR_SET_NAME */, address_of(name));
  known.code_start = image.base != 0 ? image.base : 0x10000;
  known.code_end = known.data_start = known.data_end = image.end;
  known.heap_start = known.heap = kHeapArea;
  known.exe_fd = UINT32_MAX;
  raw(__NR_prctl, 35 /* PR_SET_MM */, 14 /* PR_SET_MM_MAP */, address_of(&known), sizeof known, 0);
}

void log_exec(const Thread* thread, const Program& program) {
  EventWriter event(trace::EventKind::kExec, thread);
  trace::ExecRecord record{0, 0};
  uint64_t room = event.room() / 2;
  const auto fitting = [&room](const char** list) {
    uint32_t count = 0;
    for (; list[count] != nullptr; ++count) {
      const uint64_t bytes = __builtin_strlen(list[count]) + 1;
      if (bytes > room) break;
      room -= bytes;
    }
    return count;
  };
  record.argument_count = fitting(program.argv);
  record.environment_count = fitting(program.envp);
  event.put_bytes(&record, sizeof record);
  event.put_bytes(g_state.program_path, __builtin_strlen(g_state.program_path) + 1);
  for (uint32_t i = 0; i < record.argument_count; ++i) {
    event.put_bytes(program.argv[i], __builtin_strlen(program.argv[i]) + 1);
  }
  for (uint32_t i = 0; i < record.environment_count; ++i) {
    event.put_bytes(program.envp[i], __builtin_strlen(program.envp[i]) + 1);
  }
  event.commit(g_state.pid);
}

void log_start(const Thread* thread) {
  EventWriter event(trace::EventKind::kStart, thread);
  const trace::StartRecord record{thread->registers, thread->signal_mask, ignored_signals()};
  event.put_bytes(&record, sizeof record);
  event.commit(0);
}

void start_at(Thread* thread, uint64_t ip, uint64_t sp) {
  thread->registers = {};
  thread->registers.rip = ip;
  thread->registers.rsp = sp;
  thread->registers.rflags = 0x202;
  set_fs_base(0);
  reset_extended_state();
}

/// /proc/self/exe: the real path of the file behind `file`.
void remember_path(const File& file) {
  char link[64];
  Text(link, sizeof link).add("/proc/self/fd/").add_decimal(file.fd());
  const long length = raw(__NR_readlink, address_of(link), address_of(g_state.program_path), kMaxPath - 1);
  g_state.program_path[length > 0 ? length : 0] = 0;
}

/// Loads what `program.path`, which is an ELF file, names.
long load_elf(Thread* thread, const Program& program, const char* elf_path) {
  static Image image, interpreter;
  const File file(elf_path);
  if (file.fd() < 0) return file.fd();
  if (const long error = read_image(file, &image)) return error;
  remember_path(file);
  log_exec(thread, program);
  if (image.header.e_type == ET_EXEC) {
    // Stubs must be near: the lowest pages, below any program linked at its usual address.
    map_low_stubs();
  }
  if (const long error = map_image(thread, file, &image)) return error;
  if (image.interpreter[0] != 0) {
    const File interpreter_file(image.interpreter);
    if (interpreter_file.fd() < 0) return interpreter_file.fd();
    if (const long error = read_image(interpreter_file, &interpreter)) return error;
    if (const long error = map_image(thread, interpreter_file, &interpreter)) return error;
  }
  const uint32_t protection = stack_protection(image);
  const uint64_t stack_bytes = map_stack(protection);
  if (stack_bytes == 0) return -kENOMEM;
  MemoryLayout known{};
  const uint64_t sp = build_stack(program, image, interpreter, &known);
  log_anonymous_map(thread, kStackEnd - stack_bytes, stack_bytes, protection);
  write_data_events(thread, sp, kStackEnd - sp);
  tell_kernel(program.path, image, known);
  start_at(thread, image.interpreter[0] != 0 ? interpreter.entry() : image.entry(), sp);
  log_start(thread);
  return 0;
}

}  // namespace

void save_auxiliary_vector(const uint64_t* vector) {
  for (int i = 0; i < 63; ++i) {
    g_auxiliary[i] = {vector[2 * i], vector[2 * i + 1]};
    if (vector[2 * i] == AT_NULL) return;
  }
}

long check_program(const Program& program) {
  static Resolved resolved;
  static Image image;
  if (const long error = resolve_scripts(program, &resolved)) return error;
  const File file(resolved.path);
  if (file.fd() < 0) return file.fd();
  if (const long error = read_image(file, &image)) return error;
  if (image.interpreter[0] == 0) return 0;
  const File interpreter(image.interpreter);
  return interpreter.fd() < 0 ? interpreter.fd() : 0;
}

long load_program(Thread* thread, const Program& program) {
  static Resolved resolved;
  if (const long error = resolve_scripts(program, &resolved)) return error;
  if (resolved.prefix_count == 0) return load_elf(thread, program, resolved.path);
  // argv[0] gives way to: interpreter, its argument, script
  const int count = count_of(program.argv);
  const uint64_t bytes = page_up((static_cast<uint64_t>(count) + 16) * sizeof(char*));
  const long memory = raw(__NR_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is_error(memory)) return memory;
  const char** argv = pointer_to<const char*>(static_cast<uint64_t>(memory));
  int at = 0;
  for (int i = 0; i < resolved.prefix_count; ++i) argv[at++] = resolved.prefix[i];
  for (int i = 1; i < count; ++i) argv[at++] = program.argv[i];
  argv[at] = nullptr;
  const long result = load_elf(thread, {program.path, argv, program.envp}, resolved.path);
  raw(__NR_munmap, static_cast<uint64_t>(memory), bytes);
  return result;
}

void load_program_from_log(Thread* thread) {
  g_state.loading = true;
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kExec)) {
    report_divergence(thread, "no program image where one was recorded");
  }
  const char* path = reinterpret_cast<const char*>(payload_of(event) + sizeof(trace::ExecRecord));
  g_state.program_path[0] = 0;
  Text(g_state.program_path, kMaxPath).add(path);
  thread->tid = static_cast<int32_t>(event->result);
  consume_event();
  map_low_stubs();
  event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kStart)) {
    report_divergence(thread, "the program image does not start");
  }
  const auto& start = *reinterpret_cast<const trace::StartRecord*>(payload_of(event));
  consume_event();
  finish_maps();
  set_inherited_signals(thread, start.signal_mask, start.ignored_signals);
  start_at(thread, start.registers.rip, start.registers.rsp);
  g_state.loading = false;
}

}  // namespace weft::runtime
