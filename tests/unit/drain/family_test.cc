// A parent that forks while it writes: where the logs of its children begin, and when slots are free.
#include "recorder/drain/family.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_name.h"
#include "replayer/trace/trace_reader.h"
#include "tests/unit/drain/fake_producer.h"
#include "weft/channel/process_pool.h"

namespace weft::drain {
namespace {

struct TracePath {
  std::string path = testing::TempDir() + "weft-family-" + std::to_string(::getpid()) + ".weft";
  ~TracePath() { std::filesystem::remove(path); }
};

class FamilyTest : public testing::Test {
 protected:
  FamilyTest() {
    trace::TraceInfo info;
    info.format_version = trace::kFormatVersion;
    auto writer = trace::TraceWriter::create(trace_.path, info, trace::Overwrite::kAllow);
    auto claims = ProcessClaims::map(UniqueFd(::dup(channel_.get())));
    family_.emplace(ProcessDrain(std::move(*RingReader::map(channel_.get())), std::move(*writer)),
                    std::move(*claims));
    void* at = ::mmap(nullptr, channel::kPoolBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                      channel_.get(), channel::kPoolOffset);
    pool_ = Mapping(at, channel::kPoolBytes);
  }

  channel::PoolHeader& pool() { return *pool_.as<channel::PoolHeader>(); }
  channel::RecordChannel& child(uint32_t slot) {
    return *reinterpret_cast<channel::RecordChannel*>(pool_.data() + channel::slot_offset(slot) -
                                                      channel::kPoolOffset);
  }
  /// What the runtime does before it forks.
  void claim(uint32_t slot, uint32_t process, const channel::RecordChannel& parent) {
    channel::RecordChannel& channel = child(slot);
    channel.process = process;
    channel.parent_process = parent.process;
    channel.parent_offset = parent.head;
    channel.begins = static_cast<uint32_t>(trace::ProcessBegin::kForked);
    pool().state[slot] = static_cast<uint32_t>(channel::SlotState::kClaimed);
    pool().claims.fetch_add(1);
  }
  void name(uint32_t slot, int32_t pid, int32_t error = 0) {
    child(slot).program_pid = pid;
    child(slot).pid_error = error;
    child(slot).is_named = 1;
  }
  void put(uint32_t slot, const std::string& text) {
    const auto event = note_event(text);
    channel::RecordChannel& channel = child(slot);
    auto* ring = reinterpret_cast<std::byte*>(&channel) + channel::kHeaderBytes;
    std::memcpy(ring + channel.head, event.data(), event.size());
    channel.head += event.size();
  }
  bool is_free(uint32_t slot) {
    return pool().state[slot] == static_cast<uint32_t>(channel::SlotState::kFree);
  }
  std::string log_of(uint32_t process) {
    auto reader = trace::TraceReader::open(trace::process_of_trace(trace_.path, process));
    if (!reader) return "none";
    std::string text;
    for (const auto& chunk : reader->chunks()) {
      const auto events = std::move(*reader->decode(chunk));
      for (trace::EventCursor at(events); !at.done(); at.next()) {
        if (!text.empty()) text += ' ';
        text += at.event().text();
      }
    }
    return text;
  }

  TracePath trace_;
  UniqueFd channel_ = std::move(*create_channel(Children::kRecorded));
  std::optional<Family> family_;
  Mapping pool_;
  FakeProducer root_{channel_.get()};
};

TEST_F(FamilyTest, AParentsLogIsCutWhereItForked) {
  root_.put(note_event("a"));
  claim(5, 1, root_.channel());
  root_.put(note_event("b"));
  claim(2, 2, root_.channel());
  root_.put(note_event("c"));
  put(2, "y");
  put(5, "x");
  claim(9, 3, child(5));
  put(5, "later");
  put(9, "z");
  ASSERT_TRUE(family_->drain());
  ASSERT_TRUE(family_->drain());  // a child of a child
  EXPECT_EQ(family_->children_alive(), 3u);
  ASSERT_TRUE(family_->root().writer().close());
  EXPECT_EQ(log_of(0), "a b c");
  EXPECT_EQ(log_of(1) + ", " + log_of(2) + ", " + log_of(3), "a x later, a b y, a x z");
}

TEST_F(FamilyTest, WhatIsPublishedAfterTheLookIsLeftForTheNextOne) {
  root_.put(note_event("a"));
  const auto some = family_->root().take_some(0);  // the ring was empty when it was looked at
  ASSERT_TRUE(some);
  EXPECT_FALSE(*some);
  EXPECT_FALSE(family_->root().damaged());
  ASSERT_TRUE(family_->drain());
  ASSERT_TRUE(family_->root().writer().close());
  EXPECT_EQ(log_of(0), "a");
}

TEST_F(FamilyTest, AChildThatCouldNotBeMadeIsNotInTheTrace) {
  root_.put(note_event("a"));
  claim(0, 1, root_.channel());
  ASSERT_TRUE(family_->drain());
  ASSERT_TRUE(family_->bury_children());
  EXPECT_FALSE(is_free(0)) << "the parent has not said what became of it";
  name(0, 0, -EAGAIN);
  ASSERT_TRUE(family_->bury_children());
  EXPECT_TRUE(is_free(0));
  EXPECT_EQ(family_->process_count(), 1u);
}

TEST_F(FamilyTest, ASlotIsFreeWhenTheChildHasEndedAndItsParentHasLetGo) {
  claim(0, 1, root_.channel());
  put(0, "x");
  child(0).program_pid = 0x3ffffff;  // nobody's
  ASSERT_TRUE(family_->drain());
  ASSERT_TRUE(family_->bury_children());
  EXPECT_FALSE(is_free(0));
  name(0, 0x3ffffff);
  ASSERT_TRUE(family_->bury_children());
  EXPECT_TRUE(is_free(0));
  EXPECT_EQ(child(0).head, 0u) << "it is zeros for the next one";
  ASSERT_TRUE(family_->root().writer().close());
  EXPECT_EQ(log_of(1).substr(0, 2), "x ");
}

TEST_F(FamilyTest, StoppingStopsAll) {
  claim(0, 1, root_.channel());
  put(0, "x");
  ASSERT_TRUE(family_->drain());
  family_->stop_recording();
  EXPECT_EQ(child(0).stopped, 1u);
  EXPECT_EQ(root_.channel().stopped, 1u);
}

}  // namespace
}  // namespace weft::drain
