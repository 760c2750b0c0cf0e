/// Words of commands that a report tells its reader to type.
#pragma once

#include <string>

namespace weft::report {

/// The word as a shell needs it: in quotes if it has to be.
std::string shell_word(const std::string& text);

}  // namespace weft::report
