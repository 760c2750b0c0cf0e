// The table of hooks that test programs find in place of a recorder's: writes what they say as
// text.
//
// WEFT_HOOKS names the file; without it the programs ask the auxiliary vector, as all others do.
// Tasks are numbered in order of creation (t1, t2, ...; operations and requests have numbers of the
// same kind), places are shown as FILE:LINE, objects as o1, o2, ... in order of appearance.

#include <sys/auxv.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <unordered_map>

#include "recorder/runtime/hooks/live_frames.h"
#include "weft/abi/weft_abi.h"

namespace {

FILE* output = nullptr;
std::mutex lock;
uint64_t last_id = 0;
thread_local weft_task current = 0;

const char* const kKinds[] = {"?", "coroutine", "handler", "fiber", "thread", "other"};
const char* const kOutcomes[] = {"?", "done", "failed", "cancelled"};
const char* const kWaits[] = {"unknown", "task",    "io",    "timer",
                              "lock",    "channel", "yield", "start"};
const char* const kHolds[] = {"?", "acquire", "release", "produce", "consume", "pass", "pass many"};

std::string place(const weft_place* at) {
  if (at == nullptr || at->file == nullptr || at->line == 0) return "-";
  const char* slash = std::strrchr(at->file, '/');
  return std::string(slash != nullptr ? slash + 1 : at->file) + ":" + std::to_string(at->line);
}

std::string object(const void* address) {
  static std::unordered_map<const void*, size_t> seen;
  if (address == nullptr) return "o0";
  return "o" + std::to_string(seen.emplace(address, seen.size() + 1).first->second);
}

/// "app::leaf" of "Task<int> app::leaf(int)": what all compilers agree upon.
std::string name_of(const weft_place* at) {
  const std::string function = at != nullptr && at->function != nullptr ? at->function : "";
  const std::string before = function.substr(0, function.find('('));
  return before.substr(before.rfind(' ') + 1);
}

template <class... A>
void say(const char* format, A... arguments) {
  std::fprintf(output, "[t%llu] ", static_cast<unsigned long long>(current));
  std::fprintf(output, format, arguments...);
  std::fputc('\n', output);
}

using Guard = std::lock_guard<std::mutex>;
using ull = unsigned long long;

weft_task task_create(uint32_t kind, const void*, const weft_place* at, weft_task parent) {
  Guard guard(lock);
  const weft_task task = ++last_id;
  say("create t%llu %s %s parent t%llu", ull{task}, kKinds[kind], name_of(at).c_str(),
      ull{parent != 0 ? parent : current});
  return task;
}
weft_task task_resume(weft_task task, const weft_place*) {
  Guard guard(lock);
  say("resume t%llu", ull{task});
  const weft_task previous = current;
  current = task;
  return previous;
}
void task_suspend(weft_task task, const weft_place* at, uint32_t wait, uint64_t what) {
  Guard guard(lock);
  const std::string on = wait == WEFT_WAIT_TASK && what != 0 ? " t" + std::to_string(what) : "";
  say("suspend t%llu %s %s%s", ull{task}, place(at).c_str(), kWaits[wait], on.c_str());
}
void task_leave(weft_task previous) {
  current = previous;
}
void task_end(weft_task task, uint32_t outcome, const char* what) {
  Guard guard(lock);
  say("end t%llu %s%s%s", ull{task}, kOutcomes[outcome], what != nullptr ? " " : "",
      what != nullptr ? what : "");
}
void task_wake(weft_task task) {
  Guard guard(lock);
  say("wake t%llu", ull{task});
}
void task_await(weft_task waiter, weft_task task) {
  Guard guard(lock);
  say("await t%llu by t%llu", ull{task}, ull{waiter != 0 ? waiter : current});
}
void task_name(weft_task task, const char* name, size_t bytes) {
  if (task == 0) return;  // what a thread was started with: an address is in it
  Guard guard(lock);
  say("name t%llu %.*s", ull{task}, static_cast<int>(bytes), name);
}
weft_task task_current() {
  return current;
}

weft_operation operation_start(const char* name, const weft_place* at, const void* what,
                               int64_t fd) {
  Guard guard(lock);
  const weft_operation operation = ++last_id;
  say("start t%llu %s %s %s %s", ull{operation}, name, object(what).c_str(), fd < 0 ? "-" : "fd",
      place(at).c_str());
  return operation;
}
void operation_complete(weft_operation operation, int32_t error, uint64_t bytes) {
  Guard guard(lock);
  say("complete t%llu error %d bytes %llu", ull{operation}, error, ull{bytes});
}
void operation_cancel(const void* what, const char* how) {
  Guard guard(lock);
  say("cancel %s %s", object(what).c_str(), how);
}

weft_request request_begin(const char* name, size_t bytes, const char* traceparent) {
  Guard guard(lock);
  const weft_request request = ++last_id;
  say("request t%llu %.*s %s", ull{request}, static_cast<int>(bytes), name,
      traceparent != nullptr ? traceparent : "-");
  return request;
}
void request_end(weft_request request, uint32_t outcome) {
  Guard guard(lock);
  say("request_end t%llu %s", ull{request}, kOutcomes[outcome]);
}
void note(const char* key, size_t key_bytes, const char* value, size_t value_bytes) {
  Guard guard(lock);
  say("note %.*s=%.*s", static_cast<int>(key_bytes), key, static_cast<int>(value_bytes), value);
}
void traceparent(char out[56]) {
  std::snprintf(out, 56, "00-%032x-%016llx-01", 0xabcu, ull{current});
}
void hold(const void* what, uint32_t how, const char* name) {
  Guard guard(lock);
  say("hold %s %s %s", object(what).c_str(), kHolds[how], name != nullptr ? name : "-");
}

// As the runtime does it (coroutine_hooks.cc).
weft::runtime::LiveFrames live_frames;

uint64_t number(const void* frame) {
  return reinterpret_cast<uint64_t>(frame);
}
weft_place place_in(const weft_place* at, const char* function) {
  weft_place place = at != nullptr ? *at : weft_place{};
  if (function != nullptr) place.function = function;
  return place;
}
weft_task coroutine_create(const void* frame, const weft_place* at, const char* function) {
  const weft_place place = place_in(at, function);
  const weft_task task = task_create(WEFT_TASK_COROUTINE, frame, &place, 0);
  Guard guard(lock);
  live_frames.put({number(frame), task, WEFT_WAIT_TASK});
  return task;
}
weft_task coroutine_resume(weft_task task, const weft_place* at, const char*) {
  return task_resume(task, at);
}
void coroutine_suspend(weft_task task, const weft_place* at, const char*, const weft_stop* stop) {
  weft_stop found = *stop;
  bool any = false;
  for (int i = 0; i < 2 && !any; ++i) {
    uint64_t words[weft::runtime::kMaxAwaiterWords];
    const uint32_t count = std::min(stop->bytes[i] / 8, weft::runtime::kMaxAwaiterWords);
    if (count != 0) std::memcpy(words, stop->look_in[i], count * 8);
    any = weft::runtime::find_awaited(live_frames, words, count, task, &found,
                                      [task](weft_task child) { task_await(task, child); });
  }
  live_frames.stop(task, found.wait == WEFT_WAIT_TASK ? 0 : found.object);
  task_suspend(task, at, found.wait, found.object);
}
void coroutine_hidden(const void* frame, uint32_t wait) {
  Guard guard(lock);
  live_frames.put({number(frame), 0, wait});
}
void coroutine_gone(const void* frame) {
  Guard guard(lock);
  live_frames.remove(number(frame));
}

constexpr weft_abi kTable = {WEFT_ABI_VERSION,
                             sizeof(weft_abi),
                             task_create,
                             task_resume,
                             task_suspend,
                             task_leave,
                             task_end,
                             task_wake,
                             task_await,
                             task_name,
                             task_current,
                             operation_start,
                             operation_complete,
                             operation_cancel,
                             request_begin,
                             request_end,
                             note,
                             traceparent,
                             hold,
                             coroutine_create,
                             coroutine_resume,
                             coroutine_suspend,
                             coroutine_hidden,
                             coroutine_gone};

}  // namespace

extern "C" const weft_abi* weft_test_table() {
  const char* path = std::getenv("WEFT_HOOKS");
  if (path == nullptr) return reinterpret_cast<const weft_abi*>(getauxval(WEFT_AUXV_TYPE));
  if (output == nullptr) {
    output = std::fopen(path, "w");
    std::setvbuf(output, nullptr, _IOLBF, 0);
  }
  return output != nullptr ? &kTable : nullptr;
}
