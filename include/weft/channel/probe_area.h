/// Probes: places of the program at which a replay notes that it passed, and what stood there then.
/// The memory that the replayer and the runtime share for it.
///
///   the channel file:  | slots | steps | probe area 0 | ... | probe area kProbeAreas-1 |
///   one area:          | ProbeArea | kMostProbes Probes | kMostHits ProbeHits, a ring |
///
/// The replayer fills in probes[0 .. wanted) and names the area in ReplayChannel::probe_area while
/// the process stands still; when the process goes on, it arms those that are new, and says of each
/// what became of it. Probes are only added. At a hit the runtime writes hits[head % kMostHits] and
/// then `head`; the replayer reads up to `head` and then moves `tail`. If the ring is full the
/// program waits: no hit is lost.
///
/// Areas that nobody uses cost nothing: the file has holes there.
#pragma once

#include <atomic>
#include <cstdint>

#include "weft/channel/replay_channel.h"

namespace weft::channel {

inline constexpr uint32_t kProbeAreas = 4;
inline constexpr uint32_t kMostProbes = 1u << 16;
inline constexpr uint32_t kMostHits = 1u << 18;
inline constexpr uint32_t kProbeWords = 4;

/// A register as the processor numbers them: rax 0, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 ... r15,
/// and the flags.
enum class ProbeRegister : uint8_t {
  kRax = 0,
  kRdx = 2,
  kRsp = 4,
  kRsi = 6,
  kRdi = 7,
  kFlags = 16,
  kNone = 255,
};

/// A word to note: base + (index << shift) + displacement; with `loads` >= 1 the word at that
/// address; with 2, the word at `then` bytes from where that points. 0 if there is no memory.
struct ProbeWord {
  int64_t displacement = 0;
  int32_t then = 0;
  ProbeRegister base = ProbeRegister::kNone;
  ProbeRegister index = ProbeRegister::kNone;
  uint8_t shift = 0;
  uint8_t loads = 0;
};
static_assert(sizeof(ProbeWord) == 16);

/// What became of a probe.
enum class ProbeState : uint32_t {
  kWanted = 0,
  kArmed = 1,
  kNotText = 2,  ///< no program text that weft may patch is there: written to, generated, unmapped
  kTaken = 3,    ///< there is one at that address already
  kGone = 4,     ///< it was armed; its memory was unmapped, or became writable, since
};

struct Probe {
  uint64_t address;  ///< of an instruction: hits are noted before it is carried out
  ProbeState state;
  uint32_t word_count;
  ProbeWord words[kProbeWords];
};
static_assert(sizeof(Probe) == 80);

/// A probe was passed. Its place in the run is (event, ordinal): the ordinal-th hit since then, of
/// all probes of the area.
struct ProbeHit {
  uint64_t event;    ///< index of the next event
  uint32_t ordinal;  ///< 0, 1, ... between two events
  uint32_t probe;
  uint32_t thread;  ///< number in the trace
  uint32_t zero;
  uint64_t rsp;
  uint64_t words[kProbeWords];
};
static_assert(sizeof(ProbeHit) == 64);

struct ProbeArea {
  std::atomic<uint32_t> wanted;             ///< the replayer's: probes that are filled in
  std::atomic<uint32_t> looked_at;          ///< the runtime's: of these, armed or refused
  alignas(64) std::atomic<uint64_t> head;   ///< the runtime's: hits written
  alignas(64) std::atomic<uint64_t> tail;   ///< the replayer's: hits read
  alignas(64) std::atomic<uint32_t> moved;  ///< futex: `tail` has moved
};
inline constexpr uint64_t kProbesAt = 4096;
static_assert(sizeof(ProbeArea) <= kProbesAt);
inline constexpr uint64_t kHitsAt = kProbesAt + kMostProbes * sizeof(Probe);
inline constexpr uint64_t kProbeAreaBytes = kHitsAt + kMostHits * sizeof(ProbeHit);
static_assert(kProbeAreaBytes % 4096 == 0);

inline constexpr uint64_t kProbesOffset = kStepsOffset + kStepsBytes;
static_assert(kProbesOffset % 4096 == 0);
inline constexpr uint64_t kChannelFileBytes = kProbesOffset + kProbeAreas * kProbeAreaBytes;

inline Probe* probes_of(ProbeArea* area) {
  return reinterpret_cast<Probe*>(reinterpret_cast<char*>(area) + kProbesAt);
}
inline ProbeHit* hits_of(ProbeArea* area) {
  return reinterpret_cast<ProbeHit*>(reinterpret_cast<char*>(area) + kHitsAt);
}

}  // namespace weft::channel
