/// Questions in generated code (code/question.h): a JIT compiler asks the processor by code that it
/// has just written (the JVM, PyPy), and no file says where that code begins.
///
/// So memory that may be executed, and is no text of a file, is not executable at first. The first
/// execution faults; then an instruction is known to begin where the program stands, and what its
/// flow of control comes to is too (instruction_starts.h). Questions there are replaced as in the
/// text of files, and the memory becomes what the program asked for, 64 KiB at a time. A program
/// may have more such functions there (the JVM has, and executes another one first): cpuid and
/// xgetbv are taken for what they seem to be if their register is loaded right before. Code that is
/// generated there later is not looked at: what a program asks the processor, it asks before it
/// generates much.
///
/// The same happens in replay, at the same instructions, since it follows from the program's memory
/// and calls alone: it takes no event. In traces of format 1 and 2 it does not happen.
///
///   cost: a fault and a search for each 64 KiB of code that is executed, some 40 us
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// What the kernel is told of anonymous memory, or memory that is no text of a file, that the
/// program wants with `protection`.
uint64_t protection_before_execution(uint64_t protection);
/// The program has [begin, end) with `protection` now; the kernel has what the function above says.
void expect_execution(uint64_t begin, uint64_t end, uint64_t protection);
/// [begin, end) is something else now.
void forget_generated_code(uint64_t begin, uint64_t end);
void forget_all_generated_code();

/// In the handler of faults: true if this was a first execution; the thread goes on where it stood.
bool on_first_execution(int signal, SignalContext* context, Thread* thread);

/// Before [begin, end) moves: the protection that the program has there, if it has not been
/// executed and goes on so at its new place (expect_execution); 0 if the kernel has that protection
/// now.
uint64_t take_generated_code(uint64_t begin, uint64_t end);
/// Gives it all of it, and looks at no more: in a child that is not recorded, or
/// before one that shares the program's memory.
void release_generated_code();

}  // namespace weft::runtime
