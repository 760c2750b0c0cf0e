/// What the encoder and the decoder of a chunk both know, and how they guess what comes next.
///
/// Both sides feed the same events into the same model, so a guess needs no bytes: the columns
/// (chunk_format.h) say only where it was wrong. A model lives as long as its chunk.
///
/// The words
///   shape   what a call site always looks like: kind, call, flags, site, number of arguments, and
///           which arguments its effects belong to. A trace has some hundred.
///   form    a shape with the values of its arguments: read(7, 0x7f12, 16384) from that one site
///   guess   per thread, by the last two forms, else by the last one: what followed the last time?
///
/// A worked example: a server with two clients goes through the forms
///
///   epoll_wait(5, p, 10128)  read(7, a, 16384)  write(7, b, 5)  read(8, c, 16384)  write(8, d, 5)
///
/// The first round is written out: five shapes (the two reads come from one site, so four), five
/// forms. From the second round on each form follows from the two before it, and its column holds a
/// zero byte for it. The same goes for results (as this form's last time), sizes of effects (as
/// much as the result, times the record size seen last) and contents (as this shape's last time).
/// Clocks are guessed from the event's time stamp, which knows better than what was read the last
/// time.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "weft/trace/chunk_format.h"

namespace weft::trace {

/// More effects than this make an event opaque: its payload is stored as it is.
inline constexpr int kMaxShapeEffects = 8;

/// What makes a shape, in three words, which are stored as they are when a shape is seen first.
struct ShapeKey {
  uint64_t site = 0;     ///< 0 for opaque events
  uint64_t effects = 0;  ///< EffectCode of each, one byte; 0: no more
  uint64_t traits = 0;   ///< call | kind << 16 | flags << 24 | opaque << 32 | checked << 33

  static constexpr uint64_t pack(uint16_t call, uint8_t kind, uint8_t flags, bool opaque,
                                 bool checked) {
    return uint64_t{call} | uint64_t{kind} << 16 | uint64_t{flags} << 24 | uint64_t{opaque} << 32 |
           uint64_t{checked} << 33;
  }
  bool operator==(const ShapeKey& other) const {
    return ((site ^ other.site) | (effects ^ other.effects) | (traits ^ other.traits)) == 0;
  }
  uint16_t call() const { return static_cast<uint16_t>(traits); }
  uint8_t kind() const { return static_cast<uint8_t>(traits >> 16); }
  uint8_t flags() const { return static_cast<uint8_t>(traits >> 24); }
  bool opaque() const { return (traits >> 32 & 1) != 0; }   ///< the payload is in Column::kOpaque
  bool checked() const { return (traits >> 33 & 1) != 0; }  ///< `check` is stored, else it is 0
  bool is_sound() const { return traits >> 34 == 0 && argument_count() <= 6; }
  unsigned argument_count() const { return opaque() ? 0 : (flags() >> kArgCountShift) & 7u; }
};
static_assert(sizeof(ShapeKey) == 24);

/// What a shape says about one effect, in a byte that is never 0:
/// argument | EffectKind << 3 | absolute << 5. An absolute effect whose address is an argument's
/// value names that argument; kOwnAddress: its address is in Column::kAddress.
struct EffectCode {
  static constexpr uint8_t kOwnAddress = 7;

  uint8_t bits = 0;

  static constexpr EffectCode make(uint8_t argument, uint8_t kind, bool absolute) {
    return {static_cast<uint8_t>(argument | kind << 3 | (absolute ? 32 : 0))};
  }
  uint8_t argument() const { return bits & 7; }
  uint8_t kind() const { return bits >> 3 & 3; }
  bool absolute() const { return (bits & 32) != 0; }
  EffectKind effect_kind() const { return static_cast<EffectKind>(kind()); }
  bool sent() const { return effect_kind() == EffectKind::kSent; }
  bool has_own_address() const { return argument() == kOwnAddress; }
};

/// What is known about one effect of a shape, or about the payload of an opaque one (which is kept
/// whole, like a kWritten effect).
struct EffectModel {
  uint64_t fixed = 0;        ///< the size last seen
  uint64_t per_result = 0;   ///< bytes for each unit of the result, if the size goes with it
  uint64_t address = 0;      ///< the last one, if it has one of its own
  uint64_t data_offset = 0;  ///< where the last bytes lie (each side has its own place)
  uint64_t data_bytes = 0;
  Column data_column = Column::kBytes;

  uint64_t guess_size(int64_t result, EffectKind kind) const {
    const uint64_t size = per_result != 0 ? per_result * static_cast<uint64_t>(result) : fixed;
    return kind == EffectKind::kSent && size > kMaxSentBytes ? kMaxSentBytes : size;
  }
  /// It was `size`; no news if that was the guess.
  void learn_size(uint64_t size, int64_t result, EffectKind kind) {
    if (size == guess_size(result, kind)) return;
    const bool goes_with_result = result > 0 && size % static_cast<uint64_t>(result) == 0;
    per_result = goes_with_result && size != fixed ? size / static_cast<uint64_t>(result) : 0;
    fixed = size;
  }
};

/// A clock that the program reads (gettimeofday, clock_gettime), guessed from the event's own time.
class ClockModel {
 public:
  /// Its value at `time` (in kTimeUnitTicks), where a time unit is `rate` / 2^20 of the clock's
  /// units.
  int64_t guess(uint64_t time, uint64_t rate) {
    const uint64_t passed = time - time_;
    const uint64_t sum = fraction_ + (passed >> 32 == 0 ? passed * rate : 0);
    guessed_fraction_ = sum & kFractionMask;
    return guess_ = value_ + static_cast<int64_t>(sum >> kFractionBits);
  }
  /// What it was at the time of the last guess. A right guess keeps the fraction that it came with;
  /// a wrong one says that the clock has just ticked, or is just about to.
  void learn(int64_t value, uint64_t time) {
    fraction_ = value == guess_ ? guessed_fraction_ : value > guess_ ? 0 : kFractionMask;
    value_ = value;
    time_ = time;
  }
  /// Units of the clock for each time unit, 2^20 times.
  static uint64_t rate(uint64_t units_in_a_second, uint32_t clock_khz) {
    if (clock_khz == 0) return 0;
    return (units_in_a_second << kFractionBits) / (uint64_t{clock_khz} * 1000 / kTimeUnitTicks + 1);
  }

 private:
  static constexpr int kFractionBits = 20;
  static constexpr uint64_t kFractionMask = (1u << kFractionBits) - 1;

  int64_t value_ = 0;
  int64_t guess_ = 0;
  uint64_t time_ = 0;
  uint64_t fraction_ = 0;
  uint64_t guessed_fraction_ = 0;
};

/// How a call gives out a clock: seconds, then parts of a second, in two words. 0: it doesn't.
constexpr uint64_t clock_units_in_a_second(uint16_t call) {
  constexpr uint16_t kGettimeofday = 96;
  constexpr uint16_t kClockGettime = 228;
  return call == kGettimeofday ? 1'000'000 : call == kClockGettime ? 1'000'000'000 : 0;
}
inline constexpr uint64_t kClockBytes = 16;

struct Shape {
  ShapeKey key{};
  uint32_t last_form = 0;
  uint32_t last_check = 0;
  EffectModel effects[kMaxShapeEffects];

  /// Of the n-th effect; 0: there are no more.
  EffectCode effect_code(int n) const { return {static_cast<uint8_t>(key.effects >> (8 * n))}; }
};

struct Form {
  uint32_t shape = 0;
  uint32_t next = 0;           ///< form that followed the last time
  uint64_t arguments[6] = {};  ///< zeros after the last one
  int64_t last_result = 0;
  uint32_t last_check = 0;
};

/// Which column the bytes of an effect go to: like to like.
constexpr Column data_column(EffectKind kind, uint64_t size, int64_t result) {
  if (kind == EffectKind::kSent) return Column::kSent;
  return size == static_cast<uint64_t>(result) ? Column::kBytes : Column::kRecords;
}

constexpr uint64_t zigzag(uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
constexpr uint64_t unzigzag(uint64_t code) {
  return (code >> 1) ^ (0 - (code & 1));
}

/// Forms and shapes of one chunk and the guesses about them. Form 0 stands for "none".
class ChunkModel {
 public:
  ChunkModel() : by_last_two_(kTableSize) { reset(0); }

  void reset(uint32_t clock_khz) {
    for (ClockModel& clock : clocks_) clock = ClockModel();
    clock_khz_ = clock_khz;
    std::memset(by_last_two_.data(), 0, by_last_two_.size() * sizeof(uint32_t));
    forms_.assign(1, Form{});
    shapes_.clear();
    threads_.clear();
  }

  Form& form(uint32_t number) { return forms_[number]; }
  Shape& shape(uint32_t number) { return shapes_[number]; }
  uint32_t form_count() const { return static_cast<uint32_t>(forms_.size()); }
  uint32_t shape_count() const { return static_cast<uint32_t>(shapes_.size()); }
  uint32_t thread_count() const { return static_cast<uint32_t>(threads_.size()); }

  /// A thread that this chunk has not seen.
  uint32_t add_thread(uint32_t number) {
    threads_.push_back({number, 0, 0});
    return thread_count() - 1;
  }
  uint32_t thread_number(uint32_t slot) const { return threads_[slot].number; }

  uint32_t add_shape(const ShapeKey& key) {
    shapes_.emplace_back().key = key;
    return shape_count() - 1;
  }

  /// A new form with the arguments of the shape's last one; the caller puts the right ones in.
  uint32_t add_form(uint32_t shape_number) {
    Form form = forms_[shapes_[shape_number].last_form];
    form.shape = shape_number;
    form.next = 0;
    forms_.push_back(form);
    return form_count() - 1;
  }

  /// The clock that a call with this first argument reads.
  ClockModel& clock(uint16_t call, uint64_t argument) {
    return clocks_[call == 96 ? kClocks - 1 : argument % (kClocks - 1)];
  }
  uint64_t clock_rate(uint16_t call) const {
    return ClockModel::rate(clock_units_in_a_second(call), clock_khz_);
  }

  /// The guesses about what `thread` does next; 0: none.
  uint32_t likely(uint32_t slot) const { return by_last_two_[place(threads_[slot])]; }
  uint32_t possible(uint32_t slot) const { return forms_[threads_[slot].last].next; }

  /// `thread` did `number`.
  void advance(uint32_t slot, uint32_t number) {
    ThreadPast& past = threads_[slot];
    by_last_two_[place(past)] = number;
    forms_[past.last].next = number;
    past.before_last = past.last;
    past.last = number;
    shapes_[forms_[number].shape].last_form = number;
  }

 private:
  static constexpr uint32_t kTableBits = 14;
  static constexpr uint32_t kTableSize = 1u << kTableBits;

  static constexpr size_t kClocks = 17;

  struct ThreadPast {
    uint32_t number;
    uint32_t last;
    uint32_t before_last;
  };

  static uint32_t place(const ThreadPast& past) {
    return (past.last * 0x9e3779b1u + past.before_last * 0x85ebca77u) >> (32 - kTableBits);
  }

  std::vector<Form> forms_;
  std::vector<Shape> shapes_;
  std::vector<ThreadPast> threads_;
  std::vector<uint32_t> by_last_two_;
  ClockModel clocks_[kClocks];
  uint32_t clock_khz_ = 0;
};

}  // namespace weft::trace
