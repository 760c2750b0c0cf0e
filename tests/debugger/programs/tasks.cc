// Two coroutines that tell weft about themselves by hand, and a request around them.
#include <sys/auxv.h>
#include <unistd.h>

#include <coroutine>

#include "weft/abi/weft_abi.h"

const weft_abi* g_abi = nullptr;
weft_place g_parent_place{__FILE__, "parent", 0, 0};
weft_place g_child_place{__FILE__, "child", 0, 0};

struct Task {
  struct promise_type {
    weft_task id = 0;
    Task get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Task child(int number) {
  int doubled = 2 * number;
  co_await std::suspend_always{};
  (void)!write(1, "child\n", 6);
  doubled += 1;
}

Task parent() {
  int answer = 42;
  co_await std::suspend_always{};
  (void)!write(1, "parent\n", 7);
  answer += 1;
}

weft_task create(Task task, const weft_place& place, weft_task from) {
  return g_abi->task_create(WEFT_TASK_COROUTINE, task.handle.address(), &place, from);
}

void run(weft_task id, Task task, const weft_place& place, bool ends) {
  const weft_task before = g_abi->task_resume(id, &place);
  task.handle.resume();
  if (ends) {
    g_abi->task_end(id, WEFT_DONE, nullptr);
  } else {
    g_abi->task_suspend(id, &place, WEFT_WAIT_UNKNOWN, 0);
  }
  g_abi->task_leave(before);
}

int main() {
  g_abi = reinterpret_cast<const weft_abi*>(getauxval(WEFT_AUXV_TYPE));
  if (g_abi == nullptr) return 0;
  Task outer = parent();
  const weft_task outer_id = create(outer, g_parent_place, 0);
  run(outer_id, outer, g_parent_place, false);
  Task inner = child(21);
  const weft_task inner_id = create(inner, g_child_place, outer_id);
  g_abi->task_await(outer_id, inner_id);
  run(inner_id, inner, g_child_place, false);
  g_abi->task_wake(inner_id);
  run(inner_id, inner, g_child_place, true);
  run(outer_id, outer, g_parent_place, true);
  inner.handle.destroy();
  outer.handle.destroy();
  return 0;
}
