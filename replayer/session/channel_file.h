/// The file with the channels of all replayed processes (replay_channel.h), and its slots.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/probe_area.h"
#include "weft/channel/replay_channel.h"

namespace weft::session {

class ChannelFile;

/// A slot of one process; free again when this goes.
class ChannelSlot {
 public:
  ChannelSlot(std::shared_ptr<ChannelFile> file, uint32_t number);
  ChannelSlot(ChannelSlot&& other) noexcept = default;
  ChannelSlot& operator=(ChannelSlot&& other) = delete;
  ~ChannelSlot();

  channel::ReplayChannel& channel() const;
  uint32_t number() const { return number_; }
  const std::shared_ptr<ChannelFile>& file() const { return file_; }

 private:
  std::shared_ptr<ChannelFile> file_;  ///< nullptr: moved from
  uint32_t number_;
};

/// May be used by several threads.
class ChannelFile : public std::enable_shared_from_this<ChannelFile> {
 public:
  static Result<std::shared_ptr<ChannelFile>> create();

  /// A free slot, its channel set up: magic, controller, no stop. Nothing if all are taken.
  std::optional<ChannelSlot> take();
  int fd() const { return fd_.get(); }
  /// The area for steps; null if there is no memory. One process at a time may write there.
  const channel::StepRecord* steps() const;
  /// Probe area `number`. One process at a time may use it, and an area is used once.
  channel::ProbeArea& probe_area(uint32_t number) const;

 private:
  friend class ChannelSlot;
  ChannelFile(UniqueFd fd, Mapping mapping) : fd_(std::move(fd)), mapping_(std::move(mapping)) {}

  UniqueFd fd_;
  Mapping mapping_;
  std::mutex mutex_;
  std::array<bool, channel::kReplaySlots> taken_{};
};

}  // namespace weft::session
