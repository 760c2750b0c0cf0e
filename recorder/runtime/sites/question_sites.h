/// The questions in the text of files (code/question.h) are made to trap when the text is mapped:
///
///   1. The file's bytes are searched for what may be one: an escape byte and what follows it.
///   2. The function that holds it is looked up (code/elf_functions.h), and what begins there is
///      proved (code/instruction_starts.h). Constants, data between functions and the middle of
///      other instructions are left alone.
///   3. Its escape byte is replaced. The trace gets that as kData after the file's content.
///
/// Only the file is read, never beyond its end: a mapping may be longer, and has no memory there.
///
/// xsave and xrstor are replaced by a jump to a stub, where they have the form and the five bytes
/// of the dynamic linker's (state_stubs.h).
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/mapped/map_listeners.h"

namespace weft::runtime {

/// Record: `mapping` is text of the file `path` that has just been mapped and logged.
void patch_questions(const Thread* thread, const FileMapping& mapping, const char* path);
/// In a forked child, which is not recorded: puts them back.
void restore_questions();
/// A new program image begins: there are none.
void forget_questions();
/// The same for one question in generated code, which may be written to now.
void replace_generated_question(uint64_t site);
/// Record: is the question whose escape byte was at `site` one that was replaced?
bool is_question_site(uint64_t site);

}  // namespace weft::runtime
