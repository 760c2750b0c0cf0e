// What an instrumented program says: a request with a task that suspends, an operation, a lock.
#include "freestanding.h"
#include "weft/abi/weft_abi.h"

namespace {

const weft_abi* find_abi(const unsigned long* stack) {
  const unsigned long* at = stack + 1 + stack[0] + 1;
  while (*at != 0) ++at;
  for (++at; at[0] != 0; at += 2) {
    if (at[0] == WEFT_AUXV_TYPE) return reinterpret_cast<const weft_abi*>(at[1]);
  }
  return nullptr;
}

constexpr weft_place kHere{"hooks.cc", "serve", 30, 7}, kThere{"hooks.cc", "serve", 31, 9};

}  // namespace

extern "C" void start(const unsigned long* stack) {
  const weft_abi* weft = find_abi(stack);
  if (weft == nullptr) end(1);
  const weft_request request = weft->request_begin("GET /", 5, nullptr);
  const weft_task task = weft->task_create(WEFT_TASK_COROUTINE, &kThere, &kHere, 0);
  weft->task_name(task, "server", 6);
  weft_task before = weft->task_resume(task, &kHere);
  weft->hold(&kThere, WEFT_ACQUIRE, "lock");
  const weft_operation read = weft->operation_start("async_read_some", &kThere, &kThere, 5);
  weft->task_suspend(task, &kThere, WEFT_WAIT_IO, 5);
  weft->task_leave(before);
  show("task", task + 1000 * static_cast<unsigned long>(call(39 /* getpid */)));
  weft->operation_complete(read, 0, 42);
  weft->task_wake(task);
  before = weft->task_resume(task, &kThere);
  weft->note("key", 3, "value", 5);
  weft->hold(&kThere, WEFT_RELEASE, nullptr);
  weft->task_end(task, WEFT_FAILED, "std::runtime_error");
  weft->task_leave(before);
  weft->request_end(request, WEFT_DONE);
  end(0);
}
