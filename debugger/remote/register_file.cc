#include "debugger/remote/register_file.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "debugger/remote/packets.h"

namespace weft::remote {
namespace {

struct GeneralRow {
  const char* name;
  uint64_t trace::Registers::* member;
  const char* type;
};

constexpr std::array<GeneralRow, 20> kGeneral = {{
    {"rax", &trace::Registers::rax, "int64"},
    {"rbx", &trace::Registers::rbx, "int64"},
    {"rcx", &trace::Registers::rcx, "int64"},
    {"rdx", &trace::Registers::rdx, "int64"},
    {"rsi", &trace::Registers::rsi, "int64"},
    {"rdi", &trace::Registers::rdi, "int64"},
    {"rbp", &trace::Registers::rbp, "data_ptr"},
    {"rsp", &trace::Registers::rsp, "data_ptr"},
    {"r8", &trace::Registers::r8, "int64"},
    {"r9", &trace::Registers::r9, "int64"},
    {"r10", &trace::Registers::r10, "int64"},
    {"r11", &trace::Registers::r11, "int64"},
    {"r12", &trace::Registers::r12, "int64"},
    {"r13", &trace::Registers::r13, "int64"},
    {"r14", &trace::Registers::r14, "int64"},
    {"r15", &trace::Registers::r15, "int64"},
    {"rip", &trace::Registers::rip, "code_ptr"},
    {"rflags", &trace::Registers::rflags, "int64"},
    {"fs_base", &trace::Registers::fs_base, "int64"},
    {"gs_base", &trace::Registers::gs_base, "int64"},
}};
constexpr unsigned kVectors = 16;
constexpr size_t kVectorBytes = 16;

const void* vector_bytes(const user_fpregs_struct& file, unsigned index) {
  return reinterpret_cast<const std::byte*>(file.xmm_space) + index * kVectorBytes;
}

}  // namespace

std::string target_description() {
  std::string xml =
      "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
      "<architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi>"
      "<feature name=\"org.gnu.gdb.i386.core\">";
  unsigned number = 0;
  for (const GeneralRow& row : kGeneral) {
    xml += fmt::format("<reg name=\"{}\" bitsize=\"64\" type=\"{}\" regnum=\"{}\"/>", row.name,
                       row.type, number++);
  }
  for (unsigned i = 0; i < kVectors; ++i) {
    xml += fmt::format("<reg name=\"xmm{}\" bitsize=\"128\" type=\"vec128\" regnum=\"{}\"/>", i,
                       number++);
  }
  return xml + "</feature></target>";
}

unsigned register_count() {
  return kGeneral.size() + kVectors;
}

size_t register_digits(unsigned number) {
  return 2 * (number < kGeneral.size() ? sizeof(uint64_t) : kVectorBytes);
}

std::string read_register(const RegisterFile& file, unsigned number) {
  if (number < kGeneral.size()) return register_hex(file.general.*kGeneral[number].member);
  if (number >= register_count() || !file.vector) return std::string(2 * kVectorBytes, 'x');
  const auto* bytes = vector_bytes(*file.vector, number - unsigned{kGeneral.size()});
  return to_hex({static_cast<const std::byte*>(bytes), kVectorBytes});
}

bool write_register(RegisterFile& file, unsigned number, std::string_view hex) {
  if (number < kGeneral.size()) {
    file.general.*kGeneral[number].member = register_value(hex);
    return true;
  }
  if (number >= register_count() || !file.vector) return false;
  const auto bytes = from_hex(hex.substr(0, 2 * kVectorBytes));
  const unsigned index = number - unsigned{kGeneral.size()};
  std::memcpy(const_cast<void*>(vector_bytes(*file.vector, index)), bytes.data(), bytes.size());
  return true;
}

}  // namespace weft::remote
