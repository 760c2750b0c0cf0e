/// Notes (EventKind::kUnusual) that the recorder writes and that others look for in a trace.
#pragma once

namespace weft::trace {

inline constexpr const char* kChildNotRecorded = "a child is not recorded";
/// Of a child that ran in the program's memory until then.
inline constexpr const char* kChildExecutes = "a child runs another program, which is not recorded";

}  // namespace weft::trace
