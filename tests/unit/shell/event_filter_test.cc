#include "debugger/shell/events/event_filter.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <array>
#include <cstring>

#include "weft/trace/hook.h"

namespace weft::shell {
namespace {

using trace::EventKind;
using trace::EventView;

/// An event without arguments and effects.
class MadeEvent {
 public:
  MadeEvent(EventKind kind, uint16_t call, int64_t result, uint32_t thread) {
    trace::EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    header.call = call;
    header.result = result;
    header.thread = thread;
    header.size = sizeof(uint64_t);  // the site
    std::memcpy(bytes_.data(), &header, sizeof header);
  }
  EventView view() const { return EventView(bytes_.data()); }

 private:
  alignas(8) std::array<std::byte, sizeof(trace::EventHeader) + 8> bytes_{};
};

const MadeEvent kRead(EventKind::kSyscall, SYS_read, 5, 2);
const MadeEvent kFailed(EventKind::kSyscall, SYS_read, -11, 2);
const MadeEvent kWake(EventKind::kHook, static_cast<uint16_t>(trace::HookKind::kTaskWake), 0, 1);

/// Knows a task "checkout", number 12, at every event.
class OneTask : public FilterContext {
 public:
  Field field(std::string_view name) const override {
    if (name != "task" && name != "task-cancelled") return nullptr;
    return [](EventIndex, const EventView&) { return FieldValue{12, "checkout"}; };
  }
  std::vector<std::string> field_names() const override { return {"task", "task-cancelled"}; }
};
const OneTask kOneTask;

bool takes(const std::string& text, const MadeEvent& event) {
  const auto filter = EventFilter::parse(text, &kOneTask);
  EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message);
  return filter && filter->takes(EventIndex(7), event.view());
}

std::string error_of(const std::string& text) {
  const auto filter = EventFilter::parse(text, &kOneTask);
  return filter ? "none" : filter.error().message;
}

TEST(EventFilter, TakesCallsHooksAndKindsByName) {
  EXPECT_TRUE(takes("read", kRead));
  EXPECT_FALSE(takes("write", kRead));
  EXPECT_TRUE(takes("task_wake", kWake));
  EXPECT_FALSE(takes("read", kWake));
  EXPECT_TRUE(takes("syscall", kRead));
  EXPECT_TRUE(takes("hook", kWake));
}

TEST(EventFilter, ComparesNumbersAndTexts) {
  EXPECT_TRUE(takes("call == read && result == 5", kRead));
  EXPECT_TRUE(takes("result < 0", kFailed));
  EXPECT_TRUE(takes("result >= -0xb", kFailed));
  EXPECT_FALSE(takes("result > 5", kRead));
  EXPECT_TRUE(takes("error == EAGAIN", kFailed));
  EXPECT_TRUE(takes("event == 7", kRead));
  EXPECT_TRUE(takes("call ~ \"^re.d$\"", kRead));
}

TEST(EventFilter, WhatAnEventDoesNotHaveIsNeverTaken) {
  EXPECT_FALSE(takes("error == EAGAIN", kRead));
  EXPECT_FALSE(takes("error != EAGAIN", kRead));
  EXPECT_TRUE(takes("!(error == EAGAIN)", kRead));
  EXPECT_FALSE(takes("error", kRead));
  EXPECT_TRUE(takes("error", kFailed));
}

TEST(EventFilter, BindsAndCloserThanOr) {
  EXPECT_TRUE(takes("read || write && thread == 9", kRead));
  EXPECT_FALSE(takes("(read || write) && thread == 9", kRead));
  EXPECT_TRUE(takes("!write && !thread == 9", kRead));
}

TEST(EventFilter, WhereNamesAKindFirst) {
  EXPECT_TRUE(takes("read where result < 0 || result == 5", kRead));
  EXPECT_FALSE(takes("write where result < 0 || result == 5", kRead));
  EXPECT_TRUE(takes("task cancelled where task == 12", kRead));
  EXPECT_EQ(EventFilter::parse("task cancelled", &kOneTask)->text(), "task-cancelled");
}

TEST(EventFilter, AsksItsContext) {
  EXPECT_TRUE(takes("task == 12 && task ~ check && task == checkout", kRead));
  EXPECT_FALSE(takes("task == 13", kRead));
  EXPECT_FALSE(EventFilter::parse("task == 12"));
}

TEST(EventFilter, SaysWhereItIsWrong) {
  EXPECT_EQ(error_of("fd == "), "at column 7: a value is expected");
  EXPECT_EQ(error_of("nonsense == 1"), "at column 1: there is no field, call or kind 'nonsense'");
  EXPECT_EQ(error_of("(read"), "at column 6: a ')' is missing");
  EXPECT_EQ(error_of("read)"), "at column 5: ')' is not expected");
  EXPECT_EQ(error_of("bytes ~ \"a"), "at column 9: the text has no end");
  EXPECT_NE(error_of("call ~ \"(\"").find("is not a regular expression"), std::string::npos);
  EXPECT_EQ(error_of(""),
            "at column 1: the name of a field, a call or a kind of event is expected");
  EXPECT_EQ(error_of(std::string(100, '(') + "read"), "at column 65: it is nested too deeply");
}

}  // namespace
}  // namespace weft::shell
