#include "recorder/drain/family.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "recorder/drain/process_end.h"
#include "weft/trace/notes.h"

namespace weft::drain {
namespace {

constexpr std::chrono::seconds kLongestClaim{5};

}  // namespace

Status Family::drain() {
  if (Status status = drain_process(root_, 0, 0); !status) return status;
  for (Child& child : children_) {
    if (Status status = drain_child(child); !status) return status;
  }
  return {};
}

/// `id` is its number in its channel, `number` the one in the file.
Status Family::drain_process(ProcessDrain& process, uint32_t id, uint32_t number) {
  if (stopped_) {
    process.drop_all();
    return {};
  }
  while (true) {
    // What is in the ring now was published after the claims that come before it.
    const uint64_t head = process.ring().channel().head.load(std::memory_order_acquire);
    notice_claims();
    Claim* claim = next_claim_of(id);
    const uint64_t taken = process.ring().taken();
    if (claim != nullptr && claim->parent_offset <= taken) {
      if (Status status = cut_for(claim, process, number); !status) return status;
      continue;
    }
    const uint64_t end = claim != nullptr ? std::min(head, claim->parent_offset) : head;
    auto some = process.take_some(end - taken);
    if (!some) return some.error();
    if (!*some) return {};
    last_data_ = process.last_data();
  }
}

Status Family::drain_child(Child& child) {
  if (!child.log) {
    if (child.channel().head.load(std::memory_order_acquire) == 0) return {};
    if (Status status = begin(child); !status) return status;
  }
  if (child.stopped) {
    child.log->drop_all();
    return {};
  }
  const Status status = drain_process(*child.log, child.claim.process, child.number);
  if (status || !child.log->damaged()) return status;
  child.stopped = true;  // only this one
  child.log->ring().stop_recording();
  return child.log->note_end(std::nullopt, status.error().message);
}

void Family::notice_claims() {
  for (Claim& claim : claims_.take_new()) waiting_.push_back(std::move(claim));
}

Claim* Family::next_claim_of(uint32_t process) {
  Claim* next = nullptr;
  for (Claim& claim : waiting_) {
    if (claim.parent_process == process &&
        (next == nullptr || claim.parent_offset < next->parent_offset))
      next = &claim;
  }
  return next;
}

/// The parent is drained up to the claim: there the child's log begins.
Status Family::cut_for(Claim* claim, ProcessDrain& parent, uint32_t parent_number) {
  trace::LogStart start{};
  if (claim->begin == trace::ProcessBegin::kForked) {
    auto cut = parent.writer().cut();
    if (!cut) return cut.error();
    parent.note_flushed();
    start = *cut;
  }
  Child& child = children_.emplace_back(Child{std::move(*claim)});
  child.start = start;
  child.parent = parent_number;
  waiting_.remove_if([claim](const Claim& one) { return &one == claim; });
  return {};
}

/// It has written something.
Status Family::begin(Child& child) {
  const int32_t pid = child.channel().program_pid.load(std::memory_order_relaxed);
  const trace::ProcessRecord record{child.parent, child.claim.begin, pid, 0};
  auto writer = root_.writer().begin_process(next_number_, record, child.start);
  if (!writer) return writer.error();
  child.number = next_number_++;
  child.log.emplace(std::move(child.claim.ring), std::move(*writer));
  return {};
}

bool Family::is_alive(uint32_t process) {
  if (process == 0) return !root_ended_;
  return std::any_of(children_.begin(), children_.end(), [&](const Child& child) {
    return child.claim.process == process && !child.over;
  });
}

bool Family::has_ended(Child& child) {
  const bool is_named = child.channel().is_named.load(std::memory_order_acquire) != 0;
  if (!is_named && is_alive(child.claim.parent_process)) return false;
  if (child.channel().pid_error.load(std::memory_order_acquire) != 0) return true;
  const int32_t pid = child.channel().program_pid.load(std::memory_order_acquire);
  if (pid == 0) {  // its parent was killed before it made it, or before it could say so
    return ProcessDrain::Clock::now() - child.claimed > kLongestClaim;
  }
  if (!child.pidfd) {
    child.pidfd.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!child.pidfd) return errno == ESRCH || ::kill(pid, 0) != 0;
  }
  pollfd ended{child.pidfd.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) > 0;
}

Status Family::bury_children() {
  for (Child& child : children_) {
    if (!has_ended(child)) continue;
    if (Status status = bury(child); !status) return status;
    child.over = true;
  }
  children_.remove_if([](const Child& child) { return child.over; });
  return {};
}

Status Family::bury(Child& child) {
  if (Status status = drain_child(child); !status) return status;
  if (child.log && !stopped_) {
    const pid_t pid = child.channel().program_pid.load(std::memory_order_relaxed);
    const auto ended = child.pidfd ? wait_status_of(child.pidfd.get(), pid) : std::nullopt;
    if (!child.stopped) {
      if (Status status = child.log->note_end(ended, trace::kEndUnknown); !status) return status;
    }
    if (Status status = child.log->writer().end_process(); !status) return status;
  }
  claims_.give_back(child.claim.slot);
  return {};
}

Status Family::note_that_children_run() {
  for (Child& child : children_) {
    if (!child.log || child.stopped || stopped_) continue;
    if (Status status = child.log->note_end(std::nullopt, trace::kStillRuns); !status)
      return status;
  }
  return {};
}

Status Family::flush_old_data() {
  if (stopped_) return {};
  if (Status status = root_.flush_old_data(); !status) return status;
  for (Child& child : children_) {
    if (!child.log) continue;
    if (Status status = child.log->flush_old_data(); !status) return status;
  }
  return {};
}

void Family::stop_recording() {
  stopped_ = true;
  root_.ring().stop_recording();
  for (Child& child : children_)
    (child.log ? child.log->ring() : child.claim.ring).stop_recording();
  for (Claim& claim : waiting_) claim.ring.stop_recording();
}

std::chrono::microseconds Family::look_after_threads() {
  auto soonest = root_.look_after_threads();
  for (Child& child : children_) {
    if (child.log) soonest = std::min(soonest, child.log->look_after_threads());
  }
  return soonest;
}

}  // namespace weft::drain
