#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/state.h"
#include "replayer/runtime/audit/audit.h"

namespace weft::runtime {

namespace {

bool is_in_slot(const Thread& thread, uint64_t address) {
  const uint64_t begin = slot_address(thread.slot);
  return address >= begin && address <= begin + kSlotBytes;
}

uint64_t stack_pointer() {
  return reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

uint32_t count_threads() {
  uint32_t count = 0;
  for_each_thread([&count](const Thread*) { ++count; });
  return count;
}

bool is_in_slots(uint64_t address) {
  return address >= layout::kRuntimeMemory && address < slot_address(g_threads.slots_used);
}

constexpr Assertion<Thread> kThread[] = {
    {"a thread's block names itself", [](const Thread& t) { return t.self == &t; }},
    {"gs points at the thread that runs", [](const Thread& t) { return current() == &t; }},
    {"a thread has its slot", [](const Thread& t) { return g_threads.by_slot[t.slot] == &t; }},
    {"a thread has its number", [](const Thread& t) { return thread_by_id(t.id) == &t; }},
    {"a thread's number was given out", [](const Thread& t) { return t.id < g_threads.next_id; }},
    {"a thread's slot is in use", [](const Thread& t) { return t.slot < g_threads.slots_used; }},
    {"a thread that makes a call has not ended", [](const Thread& t) { return !t.exited; }},
    {"a thread's block lies in its slot",
     [](const Thread& t) { return is_in_slot(t, address_of(&t)); }},
    {"the runtime stack ends with the slot",
     [](const Thread& t) { return t.runtime_stack == slot_address(t.slot) + kSlotBytes; }},
    {"the runtime's stack pointer is on the thread's stack",
     [](const Thread& t) {
       return stack_pointer() > address_of(t.extended) + kExtendedBytes &&
              stack_pointer() < t.runtime_stack;
     }},
    {"the extended state is in the slot, and aligned",
     [](const Thread& t) {
       return is_in_slot(t, address_of(t.extended)) && address_of(t.extended) % 64 == 0;
     }},
    {"the program's stack is not the runtime's",
     [](const Thread& t) { return !is_in_slots(t.registers.rsp); }},
    {"the program does not stand in the runtime",
     [](const Thread& t) {
       return t.registers.rip < address_of(__executable_start) ||
              t.registers.rip >= address_of(_end);
     }},
    {"the entry of stubs is the runtime's",
     [](const Thread& t) { return t.entry == address_of(&weft_entry); }},
    {"the entry of hooks is that of the mode",
     [](const Thread& t) {
       return t.hook == address_of(recording() ? &weft_hook_record : &weft_hook_entry);
     }},
};

constexpr Assertion<Thread> kProcess[] = {
    {"a thread belongs to a process", [](const Thread& t) { return t.process != nullptr; }},
    {"a process with a thread has threads",
     [](const Thread& t) { return t.process->threads != 0; }},
    {"a thread has a table of handlers", [](const Thread& t) { return t.signals != nullptr; }},
    {"a table in use has users", [](const Thread& t) { return t.signals->threads != 0; }},
    {"a process has no more threads than there are",
     [](const Thread& t) { return t.process->threads <= live_threads(); }},
    {"children have no more threads than there are",
     [](const Thread&) { return threads_in_children() < g_threads.next_id; }},
    {"a thread of a child is counted",
     [](const Thread& t) { return !is_in_child(&t) || threads_in_children() != 0; }},
};

constexpr Assertion<ThreadTable> kTable[] = {
    {"somebody makes the call", [](const ThreadTable& t) { return t.alive != 0; }},
    {"each thread has a slot", [](const ThreadTable& t) { return t.alive <= t.slots_used; }},
    {"each thread has a number", [](const ThreadTable& t) { return t.alive <= t.next_id; }},
    {"the count of threads is right",
     [](const ThreadTable& t) { return t.alive == count_threads(); }},
};

}  // namespace

void audit_thread(const Thread& thread) {
  assert_all(kThread, thread);
  assert_all(kProcess, thread);
  assert_all(kTable, g_threads);
}

}  // namespace weft::runtime
