/// Texts that occur often, each stored once: names and outcomes of exchanges.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace weft::connections {

class TextPool {
 public:
  using Id = uint32_t;  ///< 0 is the empty text

  /// @param max_bytes  of all texts together; what comes later and is new becomes kLeftOut
  explicit TextPool(size_t max_bytes);

  Id intern(std::string_view text);
  /// Valid as long as the pool.
  std::string_view text(Id id) const { return texts_[id]; }

  static constexpr std::string_view kLeftOut = "(text left out)";

 private:
  Id store(std::string_view text);
  void grow();

  size_t max_bytes_;
  size_t bytes_ = 0;
  size_t block_left_ = 0;
  char* block_at_ = nullptr;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::string_view> texts_;
  std::vector<Id> table_;  ///< by hash, open addressing; 0: empty
  Id left_out_ = 0;
};

}  // namespace weft::connections
