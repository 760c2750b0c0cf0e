/// Events: the records that a trace is made of, as they lie in memory.
///
/// The runtime writes events into the ring while recording, and reads them from the log window
/// while replaying; both see exactly the layout below. The trace *file* stores the same events in a
/// denser form (chunk_format.h); decoding a chunk gives back these bytes, bit for bit, except that
/// `time` has lost its low bits (kTimeUnitTicks).
///
///   0        8        16     20     24     28   30   31   32
///   +--------+--------+------+------+------+----+----+----+------------------------------+
///   | time   | result | size |thread| check|call|kind|flag| payload: size bytes, then    |
///   |        |        |      |      |      |    |    |    | zeros up to a multiple of 8  |
///   +--------+--------+------+------+------+----+----+----+------------------------------+
///
/// Payload by kind:
///   kSyscall   u64 site, [u64 entry_time if kHasEntryTime], u64 args[arity(call)], effects...
///   kMap       MapRecord, then the file's path (no terminator)
///   kData      u64 address, then bytes: they are in program memory from here on
///   kExec      ExecRecord, then: path, NUL, arguments each with NUL, environment each with NUL
///   kStart     StartRecord: the registers that the program (or one new thread) starts with
///   kSignal    SignalRecord: an asynchronous signal is delivered here
///   kFault     SignalRecord: the program faulted at `ip`, the signal is delivered here
///   kPreempt   PreemptRecord, then a StateRecord (preempt_state.h), or, without kWholeState,
///              PreemptBlocks: the thread lost the baton at an arbitrary instruction
///   kFile      FileRecord, then bytes: a mapped file changes
///   kMemory    StateRecord and what follows it (preempt_state.h): what memory holds before the
///              thread's next call, as digests; for weft replay --verify
///   kUnusual   text (UTF-8, no terminator): something that `weft info` shows
///   kHook      as kSyscall, `call` is a HookKind (hook.h): what an instrumented program said
///   kKilled    SignalRecord if a fault of the program's own killed it, else none
///   kThread, kResume, kThreadExit, kExit, kChild, kProcess: none, see below
///
/// An effect is what a system call wrote into program memory, or (kSent) the beginning of what the
/// program handed to the world, kept for readers of the trace and never applied:
///
///   0      4    5    6       8        (8 + 8 if arg == kAbsolute)
///   +------+----+----+-------+---------+--------------------------------+
///   | size |arg |kind| zero  | address?| size bytes, zeros up to 8      |
///   +------+----+----+-------+---------+--------------------------------+
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::trace {

/// Bits of the TSC that the trace file drops: times in a trace are multiples of this many ticks.
inline constexpr uint64_t kTimeUnitTicks = 128;

/// Largest event, header and padding included. Larger effects are cut into kData events, which come
/// before the event that they belong to. All code that reads events relies on it.
inline constexpr uint32_t kMaxEventBytes = 72 * 1024;
/// Largest number of bytes in one kData event or one effect.
inline constexpr uint32_t kMaxDataBytes = 64 * 1024;
/// How much of what a call sent is kept as a kSent effect, in bytes.
inline constexpr uint32_t kMaxSentBytes = 512;

enum class EventKind : uint8_t {
  kSyscall =
      1,     ///< a system call returned (`call`, `result`); starts a turn of `thread` if it changed
  kMap = 2,  ///< a region is mapped (writable until the call that maps it completes)
  kData = 3,    ///< bytes arrive in program memory
  kExec = 4,    ///< a program image begins: the start of the trace, and every execve of the program
  kStart = 5,   ///< the image's first instruction runs next
  kThread = 6,  ///< the first turn of a new thread begins
  kThreadExit = 7,  ///< the thread ended; `result` is its exit status
  kSignal = 8,      ///< an asynchronous signal is delivered; `result` = its number
  kFault = 9,       ///< a fault of the program is delivered; `result` = its number
  kPreempt = 10,    ///< the thread lost the baton between two calls
  kResume = 11,     ///< a preempted thread has the baton again
  kExit = 12,       ///< exit_group: `result` is the exit status
  kKilled = 13,   ///< the program died by signal `result` (written by the runtime or the recorder)
  kUnusual = 14,  ///< a note for `weft info`
  kHook = 15,     ///< the program called a hook of weft_abi.h
  kFile = 16,     ///< a file that is mapped has another size, or other bytes
  kChild = 17,    ///< a child is made that begins in the program's memory, and is recorded there as
                  ///< thread `result`; the event of the call that makes it comes later
  kProcess =
      18,        ///< from here on this is the process `result`, which the thread has forked: it has
                 ///< this thread only. The call that made it, with result 0, comes next
  kMemory = 19,  ///< digests of memory, ahead of a call
};
inline constexpr uint8_t kMaxEventKind = 19;

/// A kHook is laid out, stored and compared like a kSyscall.
constexpr bool is_call(uint8_t kind) {
  return kind == static_cast<uint8_t>(EventKind::kSyscall) ||
         kind == static_cast<uint8_t>(EventKind::kHook);
}

/// EventHeader::flags
inline constexpr uint8_t kHasEntryTime = 1;  ///< payload holds the time at which the call began
inline constexpr uint8_t kHasCheck = 2;      ///< `check` is the CRC-32C of the bytes handed out
/// kSyscall: wrote to the stdout or stderr that the program was started with
inline constexpr uint8_t kStandardOutput = 4;
/// kSyscall: all memory that children share was looked at: where it was not changed by an effect, it
/// is what it was at the last such event
inline constexpr uint8_t kSharedSettled = 8;
/// kSyscall with kStandardOutput: to the stream that its descriptor does not say. Descriptor 2 says
/// stderr, all others stdout.
inline constexpr uint8_t kOtherStream = 0x80;
/// kSignal: delivered before the call that the thread is about to make
inline constexpr uint8_t kAtEntry = 8;
/// kStart: weft changes no text of files (weft record --no-patch), nor does replay
inline constexpr uint8_t kTextLeft = 1;
/// kUnusual: what it tells of may make a replay differ: a divergence report names it
inline constexpr uint8_t kSuspect = 1;
/// kPreempt: the whole state follows (preempt_state.h)
inline constexpr uint8_t kWholeState = 1;
/// kData: content of the mapped file that is at the address, for all mappings of it to see; without
/// it the bytes are the memory's own
inline constexpr uint8_t kFileContent = 1;
inline constexpr uint8_t kArgCountShift =
    4;  ///< bits 4..6 of a kSyscall's flags: how many arguments

struct EventHeader {
  uint64_t time;    ///< TSC ticks when the event was written
  int64_t result;   ///< by kind; for a call its raw result, -4095..-1 is -errno
  uint32_t size;    ///< payload bytes, without padding
  uint32_t thread;  ///< number of the thread, 0 = first; never used again within a trace
  uint32_t check;   ///< CRC-32C over the input bytes of the call, 0 without kHasCheck
  uint16_t call;    ///< system call number (kSyscall), else 0
  uint8_t kind;     ///< EventKind
  uint8_t flags;
};
static_assert(sizeof(EventHeader) == 32);

/// Bytes that an event of `payload_bytes` takes up, a multiple of 8.
constexpr uint64_t event_bytes(uint32_t payload_bytes) {
  return (sizeof(EventHeader) + uint64_t{payload_bytes} + 7) & ~uint64_t{7};
}

enum class EffectKind : uint8_t {
  kWritten = 1,  ///< applied in replay
  kSent = 2,     ///< what the program sent (at most kMaxSentBytes); not applied
};
/// EffectHeader::arg: the address is the value of that argument, or (kAbsolute) follows.
inline constexpr uint8_t kAbsolute = 0xff;

struct EffectHeader {
  uint32_t size;  ///< bytes, without padding
  uint8_t arg;    ///< 0..5, or kAbsolute
  uint8_t kind;   ///< EffectKind
  uint16_t zero;
};
static_assert(sizeof(EffectHeader) == 8);

/// MapRecord::flags, before version 3: the memory shows this content already (a part of a file that
/// is mapped as a whole is mapped again at the same place, as ld.so does with each segment); only
/// its protection changes.
inline constexpr uint32_t kMapInPlace = 1u << 31;

struct MapRecord {
  uint64_t address;
  uint64_t length;       ///< bytes, a multiple of the page size
  uint64_t file_offset;  ///< bytes
  uint64_t device;       ///< st_dev, 0 for anonymous memory
  uint64_t inode;
  uint64_t file_size;      ///< bytes
  int64_t modified_ns;     ///< st_mtim, nanoseconds since the epoch
  uint32_t protection;     ///< PROT_*
  uint32_t flags;          ///< MAP_*, without MAP_FIXED*
  uint64_t content_bytes;  ///< bytes of content that follow as kData, without holes; 0: known
};
static_assert(sizeof(MapRecord) == 72);
/// MapRecord::device of what is no file: the segment with ID `inode` of System V shared memory.
inline constexpr uint64_t kSharedMemoryDevice = UINT64_MAX;

/// Device 0: `hole_bytes` of memory at the address `offset` are dropped: they read as what lies
/// below, as after MADV_DONTNEED.
struct FileRecord {
  uint64_t device, inode;  ///< of a file that is mapped now
  uint64_t file_size;      ///< bytes, from here on
  uint64_t offset;         ///< where the hole is, and the bytes that follow
  uint64_t hole_bytes;     ///< read as zeros from here on
};
static_assert(sizeof(FileRecord) == 40);

struct ExecRecord {
  uint32_t argument_count;
  uint32_t environment_count;
};

/// Registers in one flat array, the order of `struct user_regs_struct` where it matters to nobody.
struct Registers {
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rip, rflags, fs_base, gs_base;
};
static_assert(sizeof(Registers) == 160);

struct StartRecord {
  Registers registers;
  uint64_t signal_mask;      ///< inherited: bit n-1 is signal n
  uint64_t ignored_signals;  ///< inherited: signals that are ignored
};

struct SignalRecord {
  uint8_t siginfo[128];  ///< siginfo_t as the kernel gave it
  uint64_t ip;           ///< where the program stood
  uint64_t error_code;   ///< of the fault, as in the kernel's signal frame (else 0)
  uint64_t trap_number;
  uint64_t fault_address;  ///< cr2
};

/// A word of program memory that the thread used lately; address 0: none.
struct PreemptWord {
  uint64_t address;
  uint64_t value;
};
/// A piece of program memory as it was at the preemption.
struct PreemptBlock {
  uint64_t address;
  uint32_t bytes;
  uint32_t crc;  ///< CRC-32C
};
inline constexpr int kPreemptWords = 16;

/// What the instant is recognised by: all of it must be equal, and what follows it.
struct PreemptRecord {
  Registers registers;
  uint64_t vector_low[16];           ///< bits 0..63 of xmm0..15
  uint64_t vector_high[16];          ///< bits 128..191 of ymm0..15, 0 without AVX
  uint64_t x87[8];                   ///< bits 0..63 of st0..7
  PreemptWord words[kPreemptWords];  ///< first those that changed last
  uint64_t extended_hash;            ///< of the x87 and vector registers
};
static_assert(sizeof(PreemptRecord) % 8 == 0 && sizeof(PreemptBlock) == 16);

}  // namespace weft::trace
