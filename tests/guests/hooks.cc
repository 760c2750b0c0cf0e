// Every hook of weft_abi.h, from two threads, with a signal handler that calls one too.
#include <sys/auxv.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "guest.h"
#include "weft/abi/weft_abi.h"

const weft_abi* g_weft;
const weft_place kHere{"hooks.cc", "main", 12, 3};

void on_signal(int) {
  g_weft->note("signal", 6, "came", 4);
}

void run_task(const char* name) {
  const weft_task task = g_weft->task_create(WEFT_TASK_COROUTINE, name, &kHere, 0);
  g_weft->task_name(task, name, std::strlen(name));
  for (int i = 0; i < 100; ++i) {
    const weft_task before = g_weft->task_resume(task, &kHere);
    if (g_weft->task_current() != task) std::abort();
    const weft_operation read = g_weft->operation_start("read", &kHere, &i, 7);
    g_weft->hold(&g_weft, WEFT_ACQUIRE, "table");
    const weft_place line{"hooks.cc", "run_task", static_cast<uint32_t>(i % 3), 1};
    g_weft->task_suspend(task, &line, WEFT_WAIT_IO, 7);
    g_weft->task_leave(before);
    if (g_weft->task_current() != before) std::abort();
    g_weft->operation_complete(read, 0, 100);
    g_weft->hold(&g_weft, WEFT_RELEASE, nullptr);
    g_weft->operation_cancel(&i, "cancel");
    g_weft->task_await(before, task);
    g_weft->task_wake(task);
  }
  g_weft->task_end(task, WEFT_FAILED, "std::runtime_error");
}

int main() {
  g_weft = reinterpret_cast<const weft_abi*>(getauxval(WEFT_AUXV_TYPE));
  if (g_weft == nullptr) return 0;
  show("version", g_weft->version);
  std::signal(SIGALRM, on_signal);
  const itimerval often{{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &often, nullptr);
  std::thread other([] { run_task("other"); });
  run_task("main");
  other.join();
  char id[56], child[56];
  g_weft->traceparent(id);
  const char* given = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
  const weft_request request = g_weft->request_begin("GET /", 5, given);
  g_weft->traceparent(child);
  g_weft->request_end(request, WEFT_DONE);
  show("given", std::memcmp(given, child, 36));
  show("own", hash_bytes(id, sizeof id, kHashStart));
  g_weft->note("bad text", 8, reinterpret_cast<const char*>(16), 100);
  return 0;
}
