#include "replayer/session/channel_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace weft::session {

using channel::ReplayChannel;

ChannelSlot::ChannelSlot(std::shared_ptr<ChannelFile> file, uint32_t number)
    : file_(std::move(file)), number_(number) {}

ChannelSlot::~ChannelSlot() {
  if (!file_) return;
  const std::lock_guard lock(file_->mutex_);
  file_->taken_[number_] = false;
}

ReplayChannel& ChannelSlot::channel() const {
  std::byte* at = file_->mapping_.data() + number_ * channel::kReplayHeaderBytes;
  return *reinterpret_cast<ReplayChannel*>(at);
}

Result<std::shared_ptr<ChannelFile>> ChannelFile::create() {
  UniqueFd fd(::memfd_create("weft-replay", MFD_CLOEXEC));
  if (fd && ::ftruncate(fd.get(), channel::kChannelFileBytes) == 0) {
    Mapping mapping = Mapping::shared(fd.get(), channel::kChannelFileBytes, PROT_READ | PROT_WRITE);
    if (mapping) {
      return std::shared_ptr<ChannelFile>(new ChannelFile(std::move(fd), std::move(mapping)));
    }
  }
  return Error{ErrorClass::kUsage,
               fmt::format("no memory to share with a replay: {}", std::strerror(errno)),
               "see the limits of memory and open files with ulimit -a"};
}

std::optional<ChannelSlot> ChannelFile::take() {
  const std::lock_guard lock(mutex_);
  for (uint32_t number = 0; number < channel::kReplaySlots; ++number) {
    if (taken_[number]) continue;
    taken_[number] = true;
    ChannelSlot slot(shared_from_this(), number);
    auto* channel = new (&slot.channel()) ReplayChannel();
    channel->magic = channel::kReplayMagic;
    channel->controller = ::getpid();
    channel->stop_before = channel::kNever;
    channel->step_event = channel::kNever;
    return slot;
  }
  return std::nullopt;
}

channel::ProbeArea& ChannelFile::probe_area(uint32_t number) const {
  std::byte* at = mapping_.data() + channel::kProbesOffset + number * channel::kProbeAreaBytes;
  return *reinterpret_cast<channel::ProbeArea*>(at);
}

const channel::StepRecord* ChannelFile::steps() const {
  return reinterpret_cast<const channel::StepRecord*>(mapping_.data() + channel::kStepsOffset);
}

}  // namespace weft::session
