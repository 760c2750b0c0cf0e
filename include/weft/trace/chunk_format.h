/// The trace file: what lies where, byte by byte. Little endian throughout.
///
///   +---------+-----------+---------+---------+-- ... --+---------+-------+--------+
///   | Prelude | InfoBlock | chunk 0 | chunk 1 |         | chunk n | index | Footer |
///   +---------+-----------+---------+---------+-- ... --+---------+-------+--------+
///                                                                 '- clean close only -'
///
/// Constraints that shaped it
///  - The recorder may be killed at any instant, so the file grows by whole chunks, is never
///    patched in place, and is readable without what a clean close adds.
///  - The program must not wait for the writer, so encoding costs tens of nanoseconds an event.
///  - A trace is input that nobody vouches for, so every byte lies under some checksum. CRC-32C
///    finds every single bit flip and every burst of up to 32 bits, and costs next to nothing.
///  - Going back in time decodes any chunk first, so none builds on the one before it.
///
/// Prelude (32 bytes) never changes in any version: it lets an old weft say which weft is needed.
///
///   0        8         12                     28      32
///   +--------+---------+----------------------+-------+
///   | magic  | version | weft version, zeros  | crc   |   crc over bytes 0..27
///   +--------+---------+----------------------+-------+
///
/// InfoBlock: a length, a CRC, and fields "type, length, bytes" one after the other (InfoField).
/// A reader steps over fields that it doesn't know.
///
///   0       4       8
///   +-------+-------+------+------+-----------+------+------+-- ...
///   | bytes | crc   | type | len  | len bytes | type | len  |        crc over `bytes` and fields
///   +-------+-------+------+------+-----------+------+------+-- ...
///
/// Chunk: a ChunkHeader with a CRC of its own, then `stored_bytes` under a second CRC. The header
/// is enough to step to the next chunk. It holds all that decoding needs: first event, its place in
/// the decoded log, the time that the deltas start from.
///
/// Inside a chunk, events are taken apart into columns
///
/// Compressing the events as they lie in memory takes up too much: a redis run has 93 bytes an
/// event, of which zstd -1 leaves 7.3, since the time stamps' bytes break every match. So like goes
/// with like (enum Column), what can be guessed from the events before is guessed (chunk_model.h),
/// and the columns hold how the guess was wrong: 1.3 bytes an event. One frame of zstd holds the
/// columns, each in blocks of its own, since a block has its own entropy tables; the frames after it
/// hold the last column, kContent: the bytes of mapped files, which are most of a short recording,
/// with a frame for each event, so that the same content is the same frame in every trace.
///
///   stored bytes = | u32 length of each column, kColumnCount times | zstd frame | frame | ... |
///                                                                              '-content_bytes-'
///
/// The same page of a file often comes several times (the dynamic linker maps a whole library, then
/// each segment over it). A page (kContentPage bytes of a kData event) that came before is stored
/// as the place in the decoded log where it came first, and there it is never such a reference: so
/// a chunk needs at most the stored pages of a few earlier ones, and there are no chains.
///
/// Several processes (version 4). Each has its own log, numbered by itself, and chunks of its own,
/// which lie in the file in the order in which they were written. A chunk of type kProcess
/// (ProcessRecord) comes before the first one of each process but the root. The log of a forked
/// process is its parent's up to the fork, and then its own chunks:
///
///   file       | P0: 0..99 | process 1, of P0, at 100 | P1: 100..107 | P0: 100..140 | P1: 108..
///   log of P0  | P0: 0..99 | P0: 100..140 | ...
///   log of P1  | P0: 0..99 | P1: 100..107 | P1: 108.. | ...
///
/// So whoever reads the log of one process sees one program from its first instruction, and the
/// common part is stored once. The parent's chunk ends at the fork, and is in the file before.
/// A known page may be in any process's log: its place is page_place(process, offset in that log).
///
/// Index: a chunk of type kIndex whose stored bytes are one IndexEntry for each chunk. Footer: the
/// last 32 bytes, says where the index is. If either is missing or damaged, the reader steps from
/// header to header instead.
///
/// Rejected: one zstd stream over the whole file (no access in the middle, one flip loses the
/// rest); a database (it would have to be trusted, and repaired, after every kill); a tag on every
/// field, as protobuf has it (here the column is the tag).
#pragma once

#include <cstddef>
#include <cstdint>

#include "weft/trace/event.h"

namespace weft::trace {

/// "\x89weft\r\n\x1a": not text, and damaged by whatever damages line ends.
inline constexpr uint64_t kFileMagic = 0x1a0a0d74'66657789;
/// 1: the program's addresses start at 0x1000_0000_0000 (weft/channel/layout.h).
/// 2: the same bytes, but they start at 0x3000_0000_0000.
/// 3: kProcessor; what the program asks the processor is recorded, and signal frames are as that
///    processor has them. What happens to a mapped file happens to the file (kFile, kFileContent),
///    not to each mapping.
///    Children that begin in the program's memory are recorded (kChild). Memory is digested
///    (kWholeState, kMemory).
///    A thread that spins may be preempted at a counted pass (counted_passes()).
/// 4: several processes (ChunkType::kProcess, ChunkHeader::process, EventKind::kProcess). Only
///    recordings that follow children have it.
inline constexpr uint32_t kFormatVersion = 4;
/// Of a recording of one process.
inline constexpr uint32_t kOneProcessVersion = 3;

struct Prelude {
  uint64_t magic;
  uint32_t version;
  char weft_version[16];  ///< text, zeros after it
  uint32_t crc;           ///< CRC-32C of the bytes before
};
static_assert(sizeof(Prelude) == 32);

struct InfoHeader {
  uint32_t bytes;  ///< of the fields that follow
  uint32_t crc;    ///< CRC-32C of `bytes`, then of the fields
};
inline constexpr uint32_t kMaxInfoBytes = 16u << 20;

/// `type` of a field of the InfoBlock. Numbers are little endian, strings have no terminator.
enum class InfoField : uint32_t {
  kUuid = 1,         ///< 16 bytes
  kProgram = 2,      ///< string
  kArgument = 3,     ///< string, once for each, in order
  kEnvironment = 4,  ///< string, once for each, in order
  kDirectory = 5,    ///< string
  kHostName = 6,     ///< string
  kCpuModel = 7,     ///< string
  kKernel = 8,       ///< string
  kClock = 9,        ///< u64 tsc_hz, u64 start_tsc, i64 start_wall_ns
  kProcessor = 10,   ///< cpu::ShownProcessor
};

struct InfoFieldHeader {
  InfoField type;
  uint32_t bytes;
};

enum class ChunkType : uint32_t { kEvents = 1, kIndex = 2, kProcess = 3 };

inline constexpr uint32_t kChunkMagic = 0x6b6e6863;  // "chnk"
/// A chunk is closed before its events would take more than this, decoded.
inline constexpr uint32_t kChunkRawBytes = 1u << 20;
/// No chunk of events decodes to more; a reader refuses one that says so.
inline constexpr uint32_t kMaxChunkRawBytes = kChunkRawBytes + kMaxEventBytes;

struct ChunkHeader {
  uint32_t magic;
  ChunkType type;
  uint32_t stored_bytes;   ///< that follow this header
  uint32_t raw_bytes;      ///< of the decoded events (kIndex: 0)
  uint64_t first_event;    ///< index of the first event (kIndex: number of all events stored)
  uint64_t raw_offset;     ///< of the first event in the decoded log (kIndex: bytes of all stored)
  uint64_t base_time;      ///< of the first event, in units of kTimeUnitTicks (kIndex: 0)
  uint32_t event_count;    ///< events in it (kIndex: number of entries)
  uint32_t content_bytes;  ///< of the stored bytes, those of the frames after the first (kIndex: 0)
  uint32_t clock_khz;      ///< of the time-stamp counter, for guesses about clocks
  uint32_t stored_crc;     ///< CRC-32C of the stored bytes
  uint32_t process;        ///< whose log it belongs to; 0: the root
  uint32_t header_crc;     ///< CRC-32C of the bytes before
};
static_assert(sizeof(ChunkHeader) == 64);

/// How the log of a process begins.
enum class ProcessBegin : uint32_t {
  kForked = 1,  ///< it is the parent's up to first_event and raw_offset of the kProcess chunk
  kFresh = 2,   ///< with an image of its own: it was a child in its parent's memory until then
};
/// What a chunk of type kProcess stores, as it is.
struct ProcessRecord {
  uint32_t parent;  ///< number of the process that has made it, less than its own
  ProcessBegin begin;
  int32_t pid;  ///< 0: not known when it was written
  uint32_t zero;
};
static_assert(sizeof(ProcessRecord) == 16);

/// Where a page lies: in the log of which process, and where in there.
inline constexpr int kPlaceProcessShift = 44;
inline constexpr uint32_t kMaxProcesses = 1u << 19;  ///< in one trace
constexpr uint64_t page_place(uint32_t process, uint64_t raw_offset) {
  return uint64_t{process} << kPlaceProcessShift | raw_offset;
}

struct IndexEntry {
  uint64_t file_offset;  ///< of the chunk's header
  ChunkHeader header;    ///< a copy
};
static_assert(sizeof(IndexEntry) == 72);

inline constexpr uint64_t kFooterMagic = 0x0a646e65'74666577;  // "weftend\n"

struct Footer {
  uint64_t magic;
  uint64_t index_offset;  ///< of the index chunk's header
  uint64_t zero;
  uint32_t index_crc;  ///< header_crc of the index chunk: this footer belongs to that index
  uint32_t crc;        ///< CRC-32C of the bytes before
};
static_assert(sizeof(Footer) == 32);

/// The columns of a chunk of events, in the order in which they are stored. Every event has a byte
/// in kStep and one in kTime, and nothing more if all else is as guessed. Numbers are varints (7
/// bits a byte, low ones first) if nothing else is said; signed ones are zigzagged first.
enum class Column : uint8_t {
  kStep,          ///< one byte: a FormCode, and a bit of StepBit for each guess that was wrong
  kThread,        ///< kOtherThread: the chunk's n-th thread; one more than known: a new one
  kThreadNumber,  ///< number of a new thread
  kFormRef,       ///< FormCode::kKnown: which one
  kShape,         ///< FormCode::kNew: 0 and the ShapeKey's bytes, or 1 + a known shape
  kArguments,     ///< FormCode::kNew: a byte with a bit for each changed one, signed differences
  kResult,        ///< kOtherResult: signed difference to the form's last result
  kTime,          ///< since the event before: one byte, see kTimeEscape
  kEntryTime,     ///< before the event's time: likewise
  kTimeBytes,     ///< what didn't fit into that one byte
  kCheckCode,     ///< kOtherCheck: one byte, CheckCode
  kCheckBytes,    ///< CheckCode::kLiteral: 4 bytes
  kSize,          ///< kOtherSize: bytes of each effect, or of an opaque payload
  kAddress,       ///< effects with an address of their own: signed difference to the last one there
  kSame,     ///< kOtherBytes: a byte with a bit for each effect that holds other bytes than last
  kBytes,    ///< other bytes, of effects as long as the call's result (read)
  kRecords,  ///< other bytes of other effects (epoll_wait)
  kSent,     ///< other bytes of kSent effects
  kClock,    ///< for each wrong guess about a clock: 0 and 16 bytes in kRecords, or 1 + the
             ///< zigzagged difference
  kOpaque,   ///< payloads of everything but well-formed kSyscall events
  kRuns,     ///< kData events of a page or more: until all its pages are told, a number of pages
             ///< in kContent, a number of pages that came before, and, if that is not 0,
             ///< the signed difference of their place to the end of the last such run
  kContent,  ///< those pages, and what is left of such an event after its last whole page
};
inline constexpr int kColumnCount = 22;
inline constexpr uint32_t kContentPage = 4096;

/// One byte of kTime: up to kTimeEscape - 1 it is the time itself, kTimeEscape + n means that n + 1
/// bytes (0 <= n < 8) of kTimeBytes hold it; those 8 bytes also hold differences below zero.
inline constexpr uint8_t kTimeEscape = 240;

/// The two low bits of a step: where its form comes from.
enum class FormCode : uint8_t {
  kLikely = 0,    ///< what followed the last two forms of this thread the last time
  kPossible = 1,  ///< what followed the last form of this thread the last time
  kNew = 2,       ///< not seen in this chunk
  kKnown = 3,     ///< kFormRef says which
};
inline constexpr uint8_t kFormCodeMask = 3;

/// The other bits of a step: which guess was wrong.
enum StepBit : uint8_t {
  kOtherThread = 4,  ///< not the thread of the event before
  kOtherResult = 8,  ///< not the form's last result
  kOtherSize = 16,   ///< one of the sizes
  kOtherBytes = 32,  ///< the content of one of the effects
  kOtherCheck = 64,  ///< not the shape's last check
};

enum class CheckCode : uint8_t {
  kLastOfForm = 1,  ///< the same as the last one with this form
  kOfSent = 2,      ///< the CRC-32C register, from 0, after the bytes of the kSent effects
  kLiteral = 3,     ///< kCheckBytes
};

}  // namespace weft::trace
