/// The compressed parts of an index file: one zstd frame a table.
///
/// Frames are unpacked by several threads, each straight into the blocks of its table: for ten
/// million events that halves the second look at a trace.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace weft::analysis {

/// Compresses what it is fed with into one frame.
class FramePacker {
 public:
  FramePacker();
  ~FramePacker();
  FramePacker(const FramePacker&) = delete;
  FramePacker& operator=(const FramePacker&) = delete;

  void feed(const void* data, size_t bytes);
  /// The frame; empty if zstd failed. To be called once.
  std::vector<char> finish();

 private:
  void run(const void* data, size_t bytes, int directive);

  void* context_;
  std::vector<char> frame_, buffer_;
  bool failed_ = false;
};

/// Unpacks one frame, piece by piece.
class FrameUnpacker {
 public:
  explicit FrameUnpacker(std::string_view frame);
  ~FrameUnpacker();
  FrameUnpacker(const FrameUnpacker&) = delete;
  FrameUnpacker& operator=(const FrameUnpacker&) = delete;

  /// Fills `target`. False if the frame is damaged or at its end.
  bool unpack(std::span<std::byte> target);

 private:
  void* context_;
  std::string_view frame_;
  size_t position_ = 0;
};

/// Runs all jobs, on as many threads as there are processors, at most four. True if all of them
/// were.
bool run_together(const std::vector<std::function<bool()>>& jobs);

}  // namespace weft::analysis
