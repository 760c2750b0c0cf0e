/// What a piece of code stores where, and which addresses it names: enough to find the places at
/// which a coroutine's frame is made and changed. By a disassembler (Capstone).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weft/channel/probe_area.h"

namespace weft::probes {

/// mov VALUE, displacement(base): without index and segment.
struct Store {
  uint64_t address = 0;  ///< of the instruction
  channel::ProbeRegister base = channel::ProbeRegister::kNone;
  channel::ProbeRegister source = channel::ProbeRegister::kNone;  ///< kNone: `immediate`
  int64_t displacement = 0;
  uint64_t immediate = 0;
  uint8_t bytes = 0;

  bool covers(int64_t offset, unsigned size) const {
    return displacement <= offset && offset + size <= displacement + bytes;
  }
};

struct CodeFacts {
  std::vector<Store> stores;
  std::vector<uint64_t> named;  ///< addresses: of lea NAME(%rip), and immediate ones
};

/// Of the code at [low, low + code.size()).
CodeFacts facts_of(uint64_t low, std::span<const uint8_t> code);

}  // namespace weft::probes
