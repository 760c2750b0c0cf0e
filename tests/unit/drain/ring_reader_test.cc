#include "recorder/drain/ring_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/drain/fake_producer.h"

namespace weft::drain {
namespace {

struct Ring {
  UniqueFd fd = std::move(*create_channel());
  RingReader reader = std::move(*RingReader::map(fd.get()));
  FakeProducer producer{fd.get()};
};

TEST(RingReader, NewChannelIsEmptyAndSaysWhatItIs) {
  Ring ring;
  EXPECT_EQ(ring.reader.channel().magic, channel::kRecordMagic);
  EXPECT_TRUE(ring.reader.waiting().empty());
  EXPECT_FALSE(ring.reader.damaged());
}

TEST(RingReader, WhatIsPutIsWhatWaits) {
  Ring ring;
  const auto event = note_event("hello");
  ring.producer.put(event);
  const auto waiting = ring.reader.waiting();
  ASSERT_EQ(waiting.size(), event.size());
  EXPECT_EQ(std::memcmp(waiting.data(), event.data(), event.size()), 0);
  ring.reader.consume(event.size());
  EXPECT_TRUE(ring.reader.waiting().empty());
}

TEST(RingReader, AnEventAcrossTheRingsEndIsContiguous) {
  Ring ring;
  const auto event = note_event(std::string(60'000, 'x'));
  for (uint64_t put = 0; put <= channel::kRingBytes; put += event.size()) {
    ring.producer.put(event);
    const auto waiting = ring.reader.waiting();
    ASSERT_EQ(waiting.size(), event.size());
    ASSERT_EQ(std::memcmp(waiting.data(), event.data(), event.size()), 0);
    ring.reader.consume(event.size());
  }
}

TEST(RingReader, AHeadThatCannotBeIsDamageAndNothingWaits) {
  Ring ring;
  ring.reader.channel().head = channel::kRingBytes + 8;
  EXPECT_TRUE(ring.reader.waiting().empty());
  EXPECT_TRUE(ring.reader.damaged());
}

TEST(RingReader, ConsumingWakesARuntimeThatWaitsForRoom) {
  Ring ring;
  ring.producer.put(note_event("x"));
  ring.reader.channel().runtime_sleeps = 1;
  const uint32_t before = ring.reader.channel().runtime_futex;
  ring.reader.consume(ring.reader.waiting().size());
  EXPECT_EQ(ring.reader.channel().runtime_sleeps, 0u);
  EXPECT_NE(ring.reader.channel().runtime_futex, before);
}

TEST(RingReader, ASleepEndsByItself) {
  Ring ring;
  const auto start = std::chrono::steady_clock::now();
  ring.reader.sleep(ring.reader.wake_count(), std::chrono::milliseconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(ring.reader.channel().recorder_sleeps, 0u);
}

TEST(RingReader, AWakeUpBeforeTheSleepIsNotMissed) {
  Ring ring;
  const uint32_t seen = ring.reader.wake_count();
  wake_recorder(ring.reader.channel());
  const auto start = std::chrono::steady_clock::now();
  ring.reader.sleep(seen, std::chrono::seconds(30));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(RingReader, StoppingTellsTheRuntime) {
  Ring ring;
  ring.reader.stop_recording();
  EXPECT_EQ(ring.reader.channel().stopped, 1u);
}

}  // namespace
}  // namespace weft::drain
