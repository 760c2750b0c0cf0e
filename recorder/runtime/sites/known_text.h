/// Record: what another process of the tree has found out about text that this one maps too
/// (weft/channel/known_facts.h).
///
/// A text is the same if file, size, time of modification and the part that is mapped are, and the
/// file was not modified just now (log_mapping.cc has the same rule for content).
#pragma once

#include <cstdint>

#include "recorder/runtime/mapped/map_listeners.h"
#include "weft/channel/known_facts.h"

namespace weft::runtime {

/// The sites of one text, as they are found.
class FoundSites {
 public:
  void begin() { count_ = 0; }
  void add(uint64_t distance, uint32_t kind = 0);
  const uint32_t* begin_of() const { return sites_; }
  uint32_t count() const { return count_; }
  bool all() const { return count_ <= kMost; }

 private:
  static constexpr uint32_t kMost = 4096;
  uint32_t count_ = 0;
  uint32_t sites_[kMost];
};

/// nullptr: nobody knows it. `identity` is filled in, or its state is 0 if it may change unnoticed.
const channel::KnownText* find_known_text(const FileMapping& mapping, channel::KnownText* identity);
void tell_known_text(const channel::KnownText& identity, const FoundSites& found);

/// Calls visit(distance, is_path) for each of its sites.
template <class F>
void for_each_site(const channel::KnownText& known, F visit) {
  const auto* sites = reinterpret_cast<const uint32_t*>(&known + 1);
  for (uint32_t i = 0; i < known.sites; ++i)
    visit(sites[i] & ~channel::kPathSite, (sites[i] & channel::kPathSite) != 0);
}

}  // namespace weft::runtime
