/// Names as compilers and LLDB have them, made into what people call things. Nothing of LLDB is
/// needed for that.
#pragma once

#include <string>
#include <string_view>

namespace weft::source {

/// "shop::Page::render<...>" of "shop::Page::render<std::...>(int, char const*) [clone .actor]":
/// no parameters, no return type, long template arguments shortened. Of a lambda, and of what is
/// declared inside of a function: also where it is, "run::{lambda}".
std::string short_function_name(const std::string& name);

/// `name` with what it is inside of, if the demangled symbol tells that: debug information has a lambda
/// as "operator()", and a function of a local class without its surroundings. Both names are short.
std::string with_scopes(const std::string& name, const std::string& symbol);

/// LLDB's words without what g++ adds to a coroutine: "`leaf" in place of
/// "`::leaf(_Z4leafi.Frame *)", and no argument "frame_ptr=0x...".
std::string without_frame_arguments(std::string text);

/// How the user called what is in a coroutine's frame under this name: g++ adds "_1_2" to the names
/// of local variables. Empty for what compilers put there.
std::string frame_member_name(const std::string& name);

/// Which part of a coroutine a function is, by what compilers add to its symbol: g++ .actor,
/// .destroy; clang .resume, .destroy, .cleanup.
enum class CoroutinePart {
  kCalled,  ///< what its caller calls; any other function, too
  kBody,    ///< what resumes it
  kOther,   ///< what destroys it
};
CoroutinePart coroutine_part(std::string_view symbol);

/// What people call the library whose header lies in `folder`, or else the file `module`.
std::string library_name(const std::string& folder, const std::string& module);

}  // namespace weft::source
