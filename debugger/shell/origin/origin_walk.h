/// Follows a value back through its copies, to where it came from.
///
///   memory   the last write there, before the moment (a watchpoint, backwards): a system call has
///            brought it, or an instruction has stored it; or the memory was replaced since
///   register the last instruction of the thread that wrote it, by the segment's way (every
///            instruction that the thread came by: segment_way.h), over the calls of the thread
///
///   value ── memory ── store ── register ── load ── memory ── ... ── read(7, ...)
///     └── the same bytes at each of these places: they are compared
///
/// What an instruction does is read off its spelling (data_flow.h), and then checked: after a store
/// the memory, and after every instruction that is said to have written it the register, must hold
/// the bytes that are followed. Where they cannot be looked at, that is said.
///
/// The walk ends where the value came into the program, where it was computed, or where weft does
/// not know on. It makes no guesses: an instruction that is no copy ends it.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "debugger/shell/origin/data_flow.h"
#include "debugger/shell/origin/followed_piece.h"
#include "debugger/shell/origin/replaced_memory.h"
#include "debugger/shell/session/shell.h"

namespace weft::shell {

enum class HopKind : uint8_t {
  kCopied,    ///< stored to memory, from a register or from memory
  kCall,      ///< a system call wrote it there, or returned it
  kConstant,  ///< it is in the program's code
  kAddress,   ///< the program took an address
  kComputed,  ///< out of other values: no copy
  kMapped,    ///< it was there from the start: a file's content, fresh memory
  kLost,      ///< weft does not know on: `what` says why
};

struct OriginHop {
  HopKind kind;
  travel::Instant instant{};  ///< just before it happened
  trace::ThreadNumber thread{0};
  std::string what{};   ///< the call, the instruction, the reason
  std::string place{};  ///< "parse at parser.cc:20"; empty: not known
  Address address{};    ///< kCopied: where the value was stored
  uint64_t bytes = 0;   ///< how many of them are followed from here on
};

struct Origin {
  std::vector<OriginHop> hops{};
  uint64_t followed = 0;     ///< bytes of the value, from the first one: no more can be watched
  bool all_compared = true;  ///< false: some step could not be looked at
};

class OriginWalk {
 public:
  explicit OriginWalk(Shell& shell) : shell_(shell) {}

  /// From the moment in focus. Leaves the program somewhere on the way.
  Origin follow(const ValuePlace& place);

 private:
  /// Up to where: just before this step of the segment that `event` ends.
  struct Until {
    travel::Instant instant;
    trace::ThreadNumber thread{0};
    EventIndex event{0};
    uint64_t step = 0;
  };
  struct Instruction {
    bool known = false;
    std::vector<DataFlow> flows{};
    std::string text{};
    Address next{};
  };
  /// A result of an instruction, and the thread's registers before it.
  struct Store {
    const Instruction* code = nullptr;
    const DataFlow* flow = nullptr;  ///< null: it is not known which instruction it was
    trace::Registers registers{};
  };
  enum class Goes : uint8_t { kOn, kEnds };

  Goes from_memory(Piece& piece, Until& until);
  Goes from_replacement(const Replacement& replaced, Piece& piece, Until& until);
  Goes from_store(const travel::Hit& hit, Piece& piece, Until& until);
  std::optional<Store> store_of(const travel::Hit& hit, const Piece& piece);
  Goes from_source(const Store& store, uint64_t skip, Piece& piece, Until& until);
  Goes from_register(Piece& piece, Until& until);
  Goes take(const DataFlow& flow, const Instruction& code, const Until& until);
  Goes take_part(const DataFlow& flow, const Instruction& code, Piece& piece, Until& until);
  Goes load(const MemoryOperand& from, uint64_t skip, const Instruction& code, Piece& piece,
            Until& until);
  Goes before_segment(Piece& piece, Until& until);
  Goes result_of(EventIndex call, Piece& piece, Until& until);
  Goes brought_by(EventIndex call, Piece& piece, Until& until);
  Goes was_mapped(const Piece& piece, const Until& until,
                  const std::optional<Replacement>& replaced);
  Goes ends(HopKind kind, const Until& until, std::string what, std::string place = "");
  Goes lost(const Until& until, std::string why) {
    return ends(HopKind::kLost, until, std::move(why), line_text(until.instant.address));
  }

  /// What an instruction, the step `until`, has left in memory or in a register. Empty: it cannot be
  /// looked at, which is noted.
  std::optional<std::vector<std::byte>> left_behind(const Piece& piece, const Until& until);
  std::optional<std::vector<std::byte>> in_register(const RegisterPart& part,
                                                    trace::ThreadNumber thread);
  /// Does the flow's condition hold at that step? Empty: it is not known.
  std::optional<bool> is_done(const DataFlow& flow, const Until& until);
  const Instruction& decode(Address address);
  std::shared_ptr<const travel::SegmentWay> way_of(EventIndex event);
  std::optional<trace::Registers> registers_at(const Until& until);
  std::vector<std::byte> read(Address address, uint64_t bytes);
  std::string user_place();
  std::string line_text(Address address);

  Shell& shell_;
  Origin origin_;
  std::unordered_map<Address, Instruction> code_;
};

}  // namespace weft::shell
