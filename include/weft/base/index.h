/// Numbers that say which one: a row of a table, an event of a trace, a thread. Each kind is a type
/// of its own, so that mixing two of them is a compile error:
///
///   using TaskIndex = Index<struct TaskRow, uint32_t, 0xffffffff>;
///   using SegmentIndex = Index<struct SegmentRow, uint32_t, 0xffffffff>;
///   TaskIndex task = SegmentIndex(3);    error
///   TaskIndex next = task + 1;           the next row
///   uint32_t rows = next - task;         a distance is a plain number
///
/// kNone is "none of them", of any kind. It is the largest number of most kinds, so "an event
/// before that one, if there is one" is a single comparison.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <vector>

namespace weft {

struct None {
  friend constexpr bool operator==(None, None) = default;
};
inline constexpr None kNone;

template <class Kind, std::unsigned_integral Number, Number kNoNumber>
class Index {
 public:
  constexpr Index() = default;
  constexpr Index(None) {}
  template <std::integral Other>
  constexpr explicit Index(Other number) : number_(static_cast<Number>(number)) {}

  constexpr Number value() const { return number_; }

  friend constexpr auto operator<=>(Index, Index) = default;
  constexpr Index& operator++() { return ++number_, *this; }
  constexpr Index& operator--() { return --number_, *this; }
  constexpr Index operator++(int) { return Index(number_++); }
  constexpr Index operator--(int) { return Index(number_--); }
  friend constexpr Index operator+(Index index, Number rows) { return Index(index.number_ + rows); }
  friend constexpr Index operator-(Index index, Number rows) { return Index(index.number_ - rows); }
  friend constexpr Number operator-(Index a, Index b) { return a.number_ - b.number_; }

  /// For nlohmann::json.
  template <class Json>
  friend void to_json(Json& json, Index index) {
    json = index.value();
  }

 private:
  Number number_ = kNoNumber;
};

/// All numbers in [0, count): for (const TaskIndex task : IndexRange<TaskIndex>(count)).
template <class Of>
class IndexRange {
 public:
  class Iterator {
   public:
    using value_type = Of;
    using difference_type = std::ptrdiff_t;

    constexpr Iterator() = default;
    constexpr explicit Iterator(Of at) : at_(at) {}
    constexpr Of operator*() const { return at_; }
    constexpr Iterator& operator++() { return ++at_, *this; }
    constexpr Iterator operator++(int) { return Iterator(at_++); }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    Of at_;
  };

  constexpr explicit IndexRange(size_t count) : end_(count) {}
  /// From `first` on.
  constexpr IndexRange(Of first, Of end) : first_(first), end_(first < end ? end : first) {}
  constexpr Iterator begin() const { return Iterator(first_); }
  constexpr Iterator end() const { return Iterator(end_); }

 private:
  Of first_{0};
  Of end_;
};

/// A vector whose places are numbered by a kind of Index.
template <class Number, class Value>
class IndexVector {
 public:
  IndexVector() = default;
  explicit IndexVector(size_t count, const Value& value = {}) : values_(count, value) {}

  Value& operator[](Number number) { return values_[number.value()]; }
  const Value& operator[](Number number) const { return values_[number.value()]; }
  bool has(Number number) const { return number.value() < values_.size(); }
  Number push_back(const Value& value) {
    values_.push_back(value);
    return end_number() - 1;
  }
  /// There is a place for `number`, and those before it.
  void make_room_for(Number number) {
    if (!has(number)) values_.resize(number.value() + 1);
  }

  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  Number end_number() const { return Number(values_.size()); }
  IndexRange<Number> numbers() const { return IndexRange<Number>(values_.size()); }
  auto begin() { return values_.begin(); }
  auto begin() const { return values_.begin(); }
  auto end() { return values_.end(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

}  // namespace weft

template <class Kind, class Number, Number kNoNumber>
struct std::hash<weft::Index<Kind, Number, kNoNumber>> {
  size_t operator()(weft::Index<Kind, Number, kNoNumber> index) const {
    return std::hash<Number>()(index.value());
  }
};
