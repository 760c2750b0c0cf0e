#include "debugger/analysis/index/index_frames.h"

#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

namespace weft::analysis {

namespace {

constexpr int kCompression = 1;
constexpr unsigned kMaxCompressors = 4;

}  // namespace

FramePacker::FramePacker() : context_(ZSTD_createCCtx()), buffer_(ZSTD_CStreamOutSize()) {
  ZSTD_CCtx_setParameter(static_cast<ZSTD_CCtx*>(context_), ZSTD_c_compressionLevel, kCompression);
}

FramePacker::~FramePacker() {
  ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context_));
}

void FramePacker::run(const void* data, size_t bytes, int directive) {
  ZSTD_inBuffer in{data, bytes, 0};
  for (size_t left = 1; left > 0 && !failed_;) {
    ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
    left = ZSTD_compressStream2(static_cast<ZSTD_CCtx*>(context_), &out, &in,
                                static_cast<ZSTD_EndDirective>(directive));
    failed_ = ZSTD_isError(left) != 0;
    frame_.insert(frame_.end(), buffer_.data(), buffer_.data() + out.pos);
    if (directive == ZSTD_e_continue && in.pos == in.size) break;
  }
}

void FramePacker::feed(const void* data, size_t bytes) {
  run(data, bytes, ZSTD_e_continue);
}

std::vector<char> FramePacker::finish() {
  run(nullptr, 0, ZSTD_e_end);
  if (failed_) frame_.clear();
  return std::move(frame_);
}

FrameUnpacker::FrameUnpacker(std::string_view frame) : context_(ZSTD_createDCtx()), frame_(frame) {}

FrameUnpacker::~FrameUnpacker() {
  ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(context_));
}

bool FrameUnpacker::unpack(std::span<std::byte> target) {
  ZSTD_outBuffer out{target.data(), target.size(), 0};
  while (out.pos < out.size) {
    ZSTD_inBuffer in{frame_.data(), frame_.size(), position_};
    const size_t before = out.pos;
    const size_t result = ZSTD_decompressStream(static_cast<ZSTD_DCtx*>(context_), &out, &in);
    const bool stands_still = in.pos == position_ && out.pos == before;
    position_ = in.pos;
    if (ZSTD_isError(result) || stands_still) return false;
  }
  return true;
}

bool run_together(const std::vector<std::function<bool()>>& jobs) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> good = true;
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size() && good; i = next++) {
      if (!jobs[i]()) good = false;
    }
  };
  std::vector<std::jthread> threads;
  const unsigned wanted = std::min(kMaxCompressors, std::thread::hardware_concurrency());
  try {
    for (unsigned i = 1; i < wanted; ++i) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // This thread does it all, then.
  }
  work();
  threads.clear();  // joins
  return good;
}

}  // namespace weft::analysis
