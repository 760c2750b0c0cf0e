/// Places get numbers, so that an event need not carry a file's name.
///
/// A place is known by its content: the addresses of its two strings (which are constants of some
/// module), line and column. The same in replay, where the addresses are the same: so the numbers
/// are too. When a module is unloaded its strings go, and others may lie there later: then all is
/// forgotten, and places get new numbers when they are used again. The same when the table is full.
#pragma once

#include "recorder/runtime/hooks/hook_events.h"

namespace weft::runtime {

/// Number of a place that the program describes (weft_place) at `address`; 0 for no address. Emits
/// a kPlace before it is used first.
uint64_t place_number(HookCaller caller, uint64_t address);
/// The same for a place in the coroutine `function`, a name that stands in for the place's.
uint64_t coroutine_place_number(HookCaller caller, uint64_t address, uint64_t function);

/// Memory in [begin, end) is no longer what it was: places whose strings lay there are forgotten.
void forget_places(uint64_t begin, uint64_t end);

}  // namespace weft::runtime
