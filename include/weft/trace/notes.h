/// Notes (EventKind::kUnusual) that the recorder writes and that others look for in a trace.
#pragma once

namespace weft::trace {

inline constexpr const char* kChildNotRecorded = "a child is not recorded";
/// Of a child that ran in the program's memory until then.
inline constexpr const char* kChildExecutes = "a child runs another program, which is not recorded";

// The last event of a log whose process has no event that says how it ended.
inline constexpr const char* kStillRuns = "the recording was ended while the program ran";
inline constexpr const char* kEndUnknown =
    "how this process ended is not known here; its parent's wait may say so";

}  // namespace weft::trace
