/// The registers of one thread in the order in which they are sent to LLDB.
#pragma once

#include <sys/user.h>

#include <optional>
#include <string>
#include <string_view>

#include "weft/trace/event.h"

namespace weft::remote {

/// target.xml, as qXfer:features:read asks for it.
std::string target_description();

struct RegisterFile {
  trace::Registers general{};
  std::optional<user_fpregs_struct> vector{};  ///< unknown for threads that stand aside
};

unsigned register_count();
/// As hexadecimal bytes; x's where it is not known.
std::string read_register(const RegisterFile& file, unsigned number);
/// False if there is no such register.
bool write_register(RegisterFile& file, unsigned number, std::string_view hex);
/// How many hexadecimal digits it has.
size_t register_digits(unsigned number);

}  // namespace weft::remote
