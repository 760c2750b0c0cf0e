// Numbers of different things do not mix (weft/base/index.h).
#include "weft/base/index.h"

#include <gtest/gtest.h>

#include <concepts>

#include "debugger/analysis/model/model.h"
#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"

namespace weft {
namespace {

using analysis::Model;
using analysis::PackedEvent;
using analysis::RequestIndex;
using analysis::SegmentIndex;
using analysis::TaskId;
using analysis::TaskIndex;
using trace::EventIndex;
using trace::ThreadNumber;

template <class A, class B>
concept Alike = std::convertible_to<A, B> || requires(A a, B b) { a == b; } ||
                requires(A a, B b) { a < b; } || requires(A a, B b) { a = b; };
template <class A, class B>
concept Mixed = Alike<A, B> || requires(A a, B b) { a - b; } || requires(A a, B b) { a + b; };

template <class Table, class Number>
concept HasRow = requires(Table table, Number number) { table[number]; };

// One row, another table's row, an ID, an event, a thread: none of them is another.
static_assert(!Mixed<TaskIndex, SegmentIndex>);
static_assert(!Mixed<TaskIndex, RequestIndex>);
static_assert(!Mixed<TaskIndex, TaskId>);
static_assert(!Mixed<TaskIndex, EventIndex>);
static_assert(!Mixed<TaskIndex, ThreadNumber>);
static_assert(!Mixed<EventIndex, ThreadNumber>);
static_assert(!Mixed<TaskIndex, PackedEvent>);

// Nor are they plain numbers, which are only distances between them.
static_assert(!Alike<TaskIndex, uint32_t> && !Alike<uint32_t, TaskIndex>);
static_assert(!Alike<EventIndex, uint64_t> && !Alike<uint64_t, EventIndex>);
static_assert(!std::convertible_to<int, EventIndex>);

// A table is asked for its own rows only.
static_assert(HasRow<decltype(Model::tasks), TaskIndex>);
static_assert(!HasRow<decltype(Model::tasks), SegmentIndex>);
static_assert(!HasRow<decltype(Model::tasks), TaskId>);
static_assert(!HasRow<decltype(Model::tasks), uint32_t>);
static_assert(HasRow<decltype(Model::task_of_id), TaskId>);
static_assert(!HasRow<decltype(Model::task_of_id), TaskIndex>);

// An event in 32 bits is an event, and takes no more room than a number.
static_assert(std::convertible_to<PackedEvent, EventIndex>);
static_assert(sizeof(PackedEvent) == 4 && sizeof(TaskIndex) == 4 && sizeof(EventIndex) == 8);

TEST(Index, NoneIsBehindAllOthers) {
  EXPECT_EQ(TaskIndex(), kNone);
  EXPECT_LT(TaskIndex(7), TaskIndex());
  EXPECT_LT(EventIndex(1) + 1, EventIndex(kNone));
  EXPECT_EQ(EventIndex(9) - EventIndex(4), 5u);
}

TEST(Index, APackedEventComparesAsTheEventThatItIs) {
  const PackedEvent packed = EventIndex(4'000'000'000);
  EXPECT_EQ(packed, EventIndex(4'000'000'000));
  EXPECT_LT(packed, EventIndex(4'000'000'001));
  EXPECT_GT(PackedEvent(), EventIndex(UINT64_MAX - 1));
  EXPECT_EQ(PackedEvent(), kNone);
  EXPECT_EQ(EventIndex(PackedEvent()), EventIndex());
  EXPECT_EQ(PackedEvent(EventIndex(uint64_t{1} << 40)), kNone);
}

TEST(Index, ARangeIsEmptyWhereItsEndIsNotBehindItsBegin) {
  uint32_t sum = 0;
  for (const TaskIndex task : IndexRange<TaskIndex>(4)) sum += task.value();
  EXPECT_EQ(sum, 6u);
  for (const TaskIndex task : IndexRange<TaskIndex>(TaskIndex(5), TaskIndex(3)))
    FAIL() << task.value();
}

}  // namespace
}  // namespace weft
