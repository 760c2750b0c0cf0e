#include "debugger/process/map_events.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "tests/unit/trace/trace_fixture.h"

namespace weft::process {
namespace {

using trace::EventHeader;
using trace::EventKind;

class MapEventsTest : public testing::Test {
 protected:
  void add(EventKind kind, const std::string& payload = "") {
    EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    log.add(header, payload);
  }
  void add_map(Address address, uint64_t length, uint32_t flags = 0) {
    trace::MapRecord record{};
    record.address = address.value();
    record.length = length;
    record.flags = flags;
    std::string payload;
    trace::test::append(payload, record);
    add(EventKind::kMap, payload);
  }
  void add_call() { trace::test::add_call(log, {.call = SYS_mmap}); }
  MapEvents maps() const {
    const trace::LogStretch all{EventIndex(0), std::as_bytes(std::span(log.bytes()))};
    return MapEvents([stretches = std::vector{all}] { return std::span(stretches); });
  }

  trace::test::EventLog log;
};

TEST_F(MapEventsTest, NewMemoryIsThereBehindTheCallThatEndsTheMapping) {
  add_call();                                    // 0
  add_map(Address(0x1000), 0x1000);              // 1
  add(EventKind::kData, std::string(16, '\0'));  // 2
  add_call();                                    // 3: the mmap itself
  EXPECT_EQ(maps().next(EventIndex(0), {Address(0x1800)}), EventIndex(4));
  EXPECT_EQ(maps().next(EventIndex(4), {Address(0x1800)}), kNone);
  EXPECT_EQ(maps().next(EventIndex(0), {Address(0x0fff), Address(0x2000)}), kNone);
  EXPECT_EQ(maps().next(EventIndex(0), {}), kNone);
}

TEST_F(MapEventsTest, ReplacedIsAQuestionAboutAStretch) {
  add_map(Address(0x1000), 0x1000);  // 0
  add_call();                        // 1
  add_call();                        // 2
  add_map(Address(0x1000), 0x1000);  // 3
  add_call();                        // 4
  EXPECT_TRUE(maps().replaced(Address(0x1000), EventIndex(0), EventIndex(2)));
  EXPECT_FALSE(maps().replaced(Address(0x1000), EventIndex(2), EventIndex(4)));
  EXPECT_TRUE(maps().replaced(Address(0x1fff), EventIndex(2), EventIndex(5)));
  EXPECT_FALSE(maps().replaced(Address(0x2000), EventIndex(0), EventIndex(5)));
}

TEST_F(MapEventsTest, ExecReplacesEverything) {
  add(EventKind::kExec);
  add_call();
  EXPECT_EQ(maps().next(EventIndex(0), {Address(0x7fff'0000)}), EventIndex(2));
}

TEST_F(MapEventsTest, AMappingInPlaceChangesNothing) {
  add_map(Address(0x1000), 0x1000, trace::kMapInPlace);
  add_call();
  EXPECT_EQ(maps().next(EventIndex(0), {Address(0x1000)}), kNone);
}

TEST_F(MapEventsTest, AMappingWithoutItsCallIsNotThere) {
  add_map(Address(0x1000), 0x1000);
  EXPECT_EQ(maps().next(EventIndex(0), {Address(0x1000)}), kNone);
}

}  // namespace
}  // namespace weft::process
