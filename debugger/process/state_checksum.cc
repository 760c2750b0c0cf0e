#include "debugger/process/state_checksum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "weft/channel/layout.h"
#include "weft/trace/crc32c.h"

namespace weft::process {
namespace {

constexpr size_t kPagesRead = 256;

struct Range {
  Address begin, end;
};

/// The kernel joins and splits mappings as it likes; what lies in them is the program's.
std::vector<Range> writable_memory(int pid) {
  std::vector<Range> ranges;
  std::ifstream maps(fmt::format("/proc/{}/maps", pid));
  for (std::string line; std::getline(maps, line);) {
    uint64_t begin = 0, end = 0;
    char protection[8] = {};
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %7s", &begin, &end, protection) != 3) {
      continue;
    }
    const bool programs = begin < layout::kLogAddress ||
                          (begin >= layout::kProgramStart && begin < layout::kProgramEnd);
    if (programs && protection[1] == 'w') ranges.push_back({Address(begin), Address(end)});
  }
  return ranges;
}

uint32_t add(uint32_t checksum, const void* bytes, size_t size) {
  return trace::crc32c(bytes, size, checksum);
}

}  // namespace

StateChecksum checksum_of(const ProgramControl& program) {
  StateChecksum checksum;
  for (ProgramThread thread : program.threads()) {
    thread.registers.gs_base = 0;  // weft's own
    const uint32_t number = thread.number.value();
    checksum.registers = add(checksum.registers, &number, sizeof number);
    checksum.registers = add(checksum.registers, &thread.registers, sizeof thread.registers);
  }
  static const std::vector<std::byte> zeros(layout::kPage);
  std::vector<std::byte> bytes(kPagesRead * layout::kPage);
  for (const Range& range : writable_memory(program.process().pid())) {
    for (Address at = range.begin; at < range.end; at += bytes.size()) {
      const size_t wanted = std::min<uint64_t>(bytes.size(), range.end - at);
      const size_t got = program.read(at, std::span(bytes).first(wanted));
      for (size_t page = 0; page + layout::kPage <= got; page += layout::kPage) {
        if (std::equal(zeros.begin(), zeros.end(), &bytes[page])) continue;
        const Address address = at + page;
        checksum.memory = add(checksum.memory, &address, sizeof address);
        checksum.memory = add(checksum.memory, &bytes[page], layout::kPage);
      }
    }
  }
  return checksum;
}

}  // namespace weft::process
