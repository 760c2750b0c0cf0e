#include "recorder/runtime/ground/processes.h"

#include "recorder/runtime/ground/assertion.h"

namespace weft::runtime {

namespace {

constexpr int kMaxProcesses = 1024;

Process g_processes[kMaxProcesses];  // the first one is the program
SignalTable g_tables[kMaxProcesses];
uint32_t g_threads_in_children;

template <class T>
T* find_free(T (&all)[kMaxProcesses]) {
  for (T& one : all) {
    if (one.threads == 0) return &one;
  }
  return nullptr;
}

void use(Thread* thread, Process* process, SignalTable* signals) {
  thread->process = process;
  thread->signals = signals;
  ++process->threads;
  ++signals->threads;
  if (is_in_child(thread)) ++g_threads_in_children;
}

}  // namespace

void begin_program_process(Thread* first, int32_t pid) {
  g_processes[0].pid = pid;
  use(first, &g_processes[0], &g_tables[0]);
}

void join_process(Thread* thread, const Thread* parent) {
  use(thread, parent->process, parent->signals);
}

bool room_for_process() {
  return find_free(g_processes) != nullptr && find_free(g_tables) != nullptr;
}

void start_process(Thread* thread, const Thread* parent, Handlers handlers) {
  Process* process = find_free(g_processes);
  SignalTable* signals = handlers == Handlers::kShared ? parent->signals : find_free(g_tables);
  process->pid = 0;
  process->is_traced = process->shares_files = false;
  if (handlers == Handlers::kCopied)
    __builtin_memcpy(signals->actions, parent->signals->actions, sizeof signals->actions);
  use(thread, process, signals);
}

void leave_process(Thread* thread) {
  assert_that("a process has the threads that leave it",
              [&] { return thread->process->threads != 0 && thread->signals->threads != 0; });
  assert_that("a child's thread was counted",
              [&] { return !is_in_child(thread) || g_threads_in_children != 0; });
  if (is_in_child(thread)) --g_threads_in_children;
  --thread->process->threads;
  --thread->signals->threads;
}

bool is_in_child(const Thread* thread) {
  return thread->process != &g_processes[0];
}

uint32_t threads_in_children() {
  return g_threads_in_children;
}

}  // namespace weft::runtime
