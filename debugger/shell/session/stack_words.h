/// The stack as people want to read it: their own frames, those of libraries folded into a line.
///
///   * frame #0: libc.so.6`__send
///     ... 3 frames of Boost.Asio
///     frame #4: storefront`db::Connection::query at database.cc:63
///     ... 17 frames of Boost.Asio, Boost.Beast
///     frame #22: storefront`main at storefront.cc:104
#pragma once

#include <span>
#include <string>

#include "debugger/shell/source/stack_frame.h"

namespace weft::shell {

/// "frame #4: storefront`db::Connection::query(id=7) at database.cc:63"; of what does not fit into
/// `columns`, the arguments go first, then the file's name, then the scopes of the function.
std::string frame_text(const StackFrame& frame, size_t columns);

/// What stands before a frame on its line.
inline constexpr size_t kFrameIndent = 4;

/// A line each. What is outside of main() and weft's own frames are left out.
std::string stack_text(std::span<const StackFrame> frames, size_t columns);

}  // namespace weft::shell
