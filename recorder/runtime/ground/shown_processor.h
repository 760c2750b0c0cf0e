/// The processor that the program is shown: while recording what `weft record --cpu` made of this
/// one, in replay the recorded one.
#pragma once

#include "weft/cpu/shown_processor.h"

namespace weft::runtime {

/// The processor that executes this.
cpu::Answer ask_cpuid(uint32_t leaf, uint32_t subleaf);
/// The extended state that the kernel has enabled.
uint64_t enabled_states();

/// Once, before the first program image. A trace of format 1 or 2 does not say (kUnknown): the
/// program was shown the processor itself, which must be like this one then.
void set_shown_processor(const cpu::ShownProcessor& shown);
const cpu::ShownProcessor& shown_processor();
/// False for traces of format 1 and 2: nothing that the program asked the processor is recorded.
bool processor_is_recorded();

}  // namespace weft::runtime
