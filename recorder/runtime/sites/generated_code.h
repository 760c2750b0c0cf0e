/// Questions in generated code (code/question.h): a JIT compiler asks the processor by code that it
/// has just written (the JVM, PyPy), and no file says where that code begins.
///
/// So memory that may be executed, and is no text of a file, is not executable at first. The first
/// execution faults; then an instruction is known to begin where the program stands, and what its
/// flow of control comes to is too (instruction_starts.h). Questions there are replaced as in the
/// text of files. A program may have more such functions there (the JVM has, and executes another
/// one first): cpuid and xgetbv are taken for what they seem to be if their register is loaded
/// right before, or if there is another question near and they are met by a sweep wherever it
/// begins (question_proof.h). From then on the memory may be executed, 64 KiB at a time.
///
///     mapped rwx ──> rw- ── executes: search ──> r-x ── writes ──> rw- , this page
///                     ^                                             │
///                     └─────────────────────────────────────────────┘
///                        after 8 writes of a page, 512 in all, or a call that writes there: rwx
///
/// Code that is written there later would not be looked at. So what was searched is not writable:
/// the first write to a page makes that one writable and not executable, and so on. That goes for
/// memory that was mapped so. In memory that became executable later (mprotect), each time that it
/// does is a first one. What a program asks the processor, it asks before it generates much: there
/// is an end to it, since the first execution costs some 40 us for 64 KiB, and a write and the
/// execution after it some 13 us.
///
/// The kernel writes nothing to such pages: ahead of a call, those that it may write to become what
/// the program asked for, for good (free_code_for_call).
///
/// The same happens in replay, at the same instructions, since it follows from the program's memory
/// and calls alone: it takes no event. In traces of format 1 and 2 it does not happen.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/memory/execution_watch.h"

namespace weft::runtime {

/// What the kernel is told of anonymous memory, or memory that is no text of a file, that the
/// program wants with `protection`.
uint64_t protection_before_execution(uint64_t protection);
/// The program has [begin, end) with `protection` now; the kernel has what the function above says.
void expect_execution(uint64_t begin, uint64_t end, uint64_t protection, CodeAge age);
/// [begin, end) is something else now.
void forget_generated_code(uint64_t begin, uint64_t end);
void forget_all_generated_code();

/// In the handler of faults: true if this was a first execution, or the first write after one; the
/// thread goes on where it stood.
bool on_first_execution(int signal, SignalContext* context, Thread* thread);
bool on_code_write(int signal, SignalContext* context, Thread* thread);

/// True if there is memory whose writes are watched.
bool code_writes_are_watched();
/// `thread` is about to make a call: it may write to such memory.
void free_code_for_call(Thread* thread);

/// For assertions (ground/assertion.h): is there code in [begin, end) that was searched, and whose
/// writes are watched? And asserts that what is known of generated code fits together.
bool has_watched_code(uint64_t begin, uint64_t end);
void assert_generated_code();

/// Before [begin, end) moves: the protection that the program has there, if it has not been
/// executed and goes on so at its new place (expect_execution); 0 if the kernel has that protection
/// now.
uint64_t take_generated_code(uint64_t begin, uint64_t end);
/// Gives it all of it, and looks at no more: in a child that is not recorded, or
/// before one that shares the program's memory.
void release_generated_code();

}  // namespace weft::runtime
