/// Writes traces of programs that tell weft about their tasks, event by event, for the tests of the
/// analysis and of the reports.
#pragma once

#include <sys/syscall.h>

#include <map>
#include <string>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/analysis.h"
#include "tests/unit/trace/trace_fixture.h"
#include "weft/abi/weft_abi.h"
#include "weft/trace/hook.h"

namespace weft::analysis::test {

using trace::EffectKind;
using trace::EventKind;
using trace::HookKind;

class AsyncTest : public trace::test::TraceTest {
 protected:
  static constexpr uint64_t kTicksInAMillisecond = 2'600'000;

  /// Everything that follows happens at this time, milliseconds since the start.
  void at(double milliseconds) {
    time_ = static_cast<uint64_t>(milliseconds * static_cast<double>(kTicksInAMillisecond));
  }
  void on_thread(uint32_t number) { thread_ = number; }
  /// Another recording.
  void begin_anew() {
    log_ = {};
    time_ = last_id_ = thread_ = 0;
    places_.clear();
  }
  /// Index of the event that comes next.
  EventIndex next_event() const { return static_cast<EventIndex>(log_.count()); }

  uint64_t place(const std::string& function, uint32_t line, const std::string& file = "app.cc") {
    const auto [known, is_new] =
        places_.try_emplace(function + std::to_string(line) + file, places_.size() + 1);
    if (is_new) hook(HookKind::kPlace, {known->second, line, 3}, {file, function});
    return known->second;
  }

  uint64_t create(const std::string& function, uint64_t parent = 0,
                  uint32_t kind = WEFT_TASK_COROUTINE) {
    const uint64_t where = place(function, 1), id = ++last_id_;
    hook(HookKind::kTaskCreate, {kind, 0x1000 + id, where, parent}, {}, id);
    return id;
  }
  EventIndex resume(uint64_t task, uint64_t previous = 0, uint64_t where = 0) {
    return hook(HookKind::kTaskResume, {task, where}, {}, previous);
  }
  EventIndex suspend(uint64_t task, uint64_t where = 0, uint32_t wait = WEFT_WAIT_UNKNOWN,
                     uint64_t object = 0) {
    return hook(HookKind::kTaskSuspend, {task, where, wait, object});
  }
  EventIndex end(uint64_t task, uint32_t outcome = WEFT_DONE, const std::string& what = "") {
    return hook(HookKind::kTaskEnd, {task, outcome}, {what});
  }
  EventIndex wake(uint64_t task, uint64_t current = 0) {
    return hook(HookKind::kTaskWake, {task, current});
  }
  EventIndex await(uint64_t waiter, uint64_t task) {
    return hook(HookKind::kTaskAwait, {waiter, task});
  }
  uint64_t start_operation(const std::string& name, uint64_t current, uint64_t object = 0,
                           int64_t fd = -1, uint64_t where = 0) {
    const uint64_t id = ++last_id_;
    hook(HookKind::kOperationStart, {current, where, object, static_cast<uint64_t>(fd)}, {name},
         id);
    return id;
  }
  EventIndex complete(uint64_t operation, int32_t error = 0, uint64_t bytes = 0,
                      uint64_t current = 0) {
    return hook(HookKind::kOperationComplete,
                {operation, static_cast<uint32_t>(error), bytes, current});
  }
  uint64_t begin_request(const std::string& name, uint64_t current,
                         const std::string& traceparent = "") {
    const uint64_t id = ++last_id_;
    hook(HookKind::kRequestBegin, {current}, {name, traceparent}, id);
    return id;
  }
  EventIndex end_request(uint64_t request, uint64_t current, uint32_t outcome = WEFT_DONE) {
    return hook(HookKind::kRequestEnd, {request, outcome, current});
  }
  EventIndex hold(uint64_t object, uint32_t kind, uint64_t current, const std::string& name = "") {
    return hook(HookKind::kHold, {object, kind, current}, {name});
  }
  EventIndex call(uint16_t number, std::vector<uint64_t> arguments, int64_t result,
                  double entry_milliseconds = 0,
                  std::vector<trace::test::SampleEffect> effects = {}, uint8_t flags = 0) {
    trace::test::SampleCall call{.call = number,
                                 .site = 0x1000,
                                 .arguments = std::move(arguments),
                                 .result = result,
                                 .effects = std::move(effects),
                                 .flags = flags};
    if (entry_milliseconds != 0) call.entry_time = ticks_at(entry_milliseconds);
    return add(call);
  }
  EventIndex event(EventKind kind, int64_t result, const std::string& payload = "") {
    trace::EventHeader header{};
    header.kind = static_cast<uint8_t>(kind);
    header.result = result;
    header.thread = thread_;
    header.time = now();
    log_.add(header, payload);
    return next_event() - 1;
  }
  EventIndex hook(HookKind kind, std::vector<uint64_t> arguments,
                  std::vector<std::string> texts = {}, uint64_t result = 0) {
    trace::test::SampleCall call{.call = static_cast<uint16_t>(kind),
                                 .site = 0x2000,
                                 .arguments = std::move(arguments),
                                 .result = static_cast<int64_t>(result)};
    for (const std::string& text : texts) call.effects.push_back({0, EffectKind::kSent, text});
    call.kind = EventKind::kHook;
    return add(call);
  }

  /// Writes the trace, and reads it.
  Analysis analyse(const OpenOptions& options = {.use_index = false}) {
    write_trace(log_, 0);
    auto analysis = Analysis::open(path(), options);
    EXPECT_TRUE(analysis) << analysis.error().message;
    return std::move(*analysis);
  }

  trace::test::EventLog log_;

 private:
  uint64_t ticks_at(double milliseconds) const {
    return trace::test::sample_info().start_tsc +
           static_cast<uint64_t>(milliseconds * static_cast<double>(kTicksInAMillisecond));
  }
  uint64_t now() const { return trace::test::sample_info().start_tsc + time_; }
  EventIndex add(trace::test::SampleCall& call) {
    call.time = now();
    call.thread = thread_;
    trace::test::add_call(log_, call);
    return next_event() - 1;
  }

  uint64_t time_ = 0;
  uint32_t thread_ = 0;
  uint64_t last_id_ = 0;
  std::map<std::string, uint64_t> places_;
};

}  // namespace weft::analysis::test
