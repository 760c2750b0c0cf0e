/// Which task waits for what, in words.
#pragma once

#include <string>

#include "debugger/analysis/questions/wait_graph.h"
#include "debugger/analysis/threads/held_up.h"
#include "debugger/report/text/words.h"

namespace weft::report {

/// "fetch #12 (cache.cc:12)".
std::string with_place(const Model& model, TaskIndex task, PlaceIndex place);

/// "lock \"accounts\", owned by transfer #7", "async_read_some on fd 9", "task fetch #12".
std::string waiting_text(const Model& model, const WaitGraph& graph, const Waiting& waiting);

/// "futex", "thread 2 to end (futex)"; "a call that has not returned".
std::string blocked_text(const Model& model, const BlockedCall& call);

/// The same of a call that kept its thread: "futex", "futex (waits for thread 2 to end)".
std::string blocking_text(const Model& model, const BlockedCall& call);

/// Where the task that made a call had gone on: "handle #7 (main.cc:40)".
std::string caller_text(const Analysis& analysis, const BlockedCall& call);

/// "; 3 more like it", where all were counted; else "; at least 255 more like it"; empty: none.
std::string alike_text(const HeldUp& held_up);

/// Of a blocked thread: "mutex \"audit\" (pthread_mutex_lock), owned by report (thread 2)".
std::string thread_wait_text(const Model& model, const Waiting& waiting);

/// Where a thread stands: the program's own functions, the innermost first.
std::string thread_stack_text(const ThreadStand& stand);
std::string fiber_stack_text(const FiberStand& stand);

/// "abba.cc:9"; empty: not known.
std::string stand_place_text(const ThreadStand& stand);
std::string stand_place_text(const FiberStand& stand);

/// "fiber #3 (abba.cc:9)".
std::string with_stand(const Model& model, TaskIndex task, const FiberStand& stand);

/// "lock \"accounts\"", "channel 0x7f12"; an object's name if it has one.
std::string object_text(const Model& model, const WaitGraph& graph, Wait wait, uint64_t object);

/// What a cycle is true under: ", if who used a lock last has it"; empty: nothing is concluded.
const char* cycle_condition(const WaitGraph& graph, const std::vector<uint32_t>& cycle);

/// One edge of a cycle: "checkout #3 (shop.cc:31) waits for lock M, owned by checkout #2"; of a
/// thread: "thread 1 (abba.cc:9) waits for mutex "audit" ...".
std::string edge_text(const Model& model, const WaitGraph& graph, const WaitEdge& edge);

/// "fetch (cache.cc:12) <- get_response (cache.cc:20)".
std::string stack_text(const Analysis& analysis, TaskIndex task, EventIndex moment);

}  // namespace weft::report
