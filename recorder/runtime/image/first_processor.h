/// Which processor a replay begins on.
///
/// In traces of format 1 and 2 cpuid is not recorded. It tells the number of the processor that
/// executes it, and the C library keeps that in its data when a program starts; so every replay of
/// them is on the same processor until then: up to the call that sets the first thread's fs base,
/// which the C library makes right after (glibc 2.36: init_cpu_features, then TLS).
#pragma once

namespace weft::runtime {

/// A program image begins: to the first processor that is allowed.
void pin_processor();
/// The C library has seen it: to all that were allowed.
void release_processor();

}  // namespace weft::runtime
