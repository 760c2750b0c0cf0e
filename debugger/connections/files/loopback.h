/// Finds the two ends of a connection that a program makes to itself.
///
/// The end that connect(2) made has the address that accept(2) reports as the peer's.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "debugger/connections/log/mark.h"

namespace weft::connections {

class Loopback {
 public:
  struct End {
    uint32_t connection;
    int32_t fd;
    Mark mark;
  };
  /// Notes an end; the other one if that has been seen (an address is used again: the last counts).
  /// @param address  address_key() of the connecting end
  const End* connect(const std::string& address, const End& end) {
    return meet(connects_, accepts_, address, end);
  }
  const End* accept(const std::string& address, const End& end) {
    return meet(accepts_, connects_, address, end);
  }

 private:
  using Ends = std::unordered_map<std::string, End>;
  static constexpr size_t kMaxEnds = 20'000;

  const End* meet(Ends& mine, Ends& theirs, const std::string& address, const End& end) {
    if (address.empty()) return nullptr;
    if (const auto found = theirs.find(address); found != theirs.end()) {
      met_ = found->second;
      theirs.erase(found);
      return &met_;
    }
    if (mine.size() >= kMaxEnds) mine.clear();
    mine[address] = end;
    return nullptr;
  }

  Ends connects_, accepts_;
  End met_{};
};

}  // namespace weft::connections
