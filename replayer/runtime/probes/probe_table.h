/// The probes that are armed, found by their address.
#pragma once

#include <cstdint>

#include "weft/channel/probe_area.h"

namespace weft::runtime {

struct ArmedProbe {
  uint64_t address;
  uint32_t number;   ///< in the probe area
  uint8_t original;  ///< the byte that the int3 took the place of
  bool armed;        ///< false: it was forgotten
};

/// As many as an area holds. Open addressing; nothing is ever removed.
class ProbeTable {
 public:
  /// The armed one at `address`, or nullptr.
  ArmedProbe* find(uint64_t address) {
    if (count_ == 0) return nullptr;
    for (uint32_t at = slot(address);; at = next(at)) {
      if (slots_[at] == 0) return nullptr;
      ArmedProbe& probe = probes_[slots_[at] - 1];
      if (probe.address == address && probe.armed) return &probe;
    }
  }
  void add(const ArmedProbe& probe) {
    uint32_t at = slot(probe.address);
    while (slots_[at] != 0) at = next(at);
    probes_[count_++] = probe;
    slots_[at] = count_;
  }
  ArmedProbe* begin() { return probes_; }
  ArmedProbe* end() { return probes_ + count_; }

 private:
  static constexpr uint32_t kSlots = 2 * channel::kMostProbes;
  static uint32_t slot(uint64_t address) {
    return static_cast<uint32_t>(address * 0x9e37'79b9'7f4a'7c15 >> 40) % kSlots;
  }
  static uint32_t next(uint32_t at) { return (at + 1) % kSlots; }

  uint32_t count_ = 0;
  uint32_t slots_[kSlots] = {};  ///< 0: free; else 1 + index
  ArmedProbe probes_[channel::kMostProbes] = {};
};

}  // namespace weft::runtime
