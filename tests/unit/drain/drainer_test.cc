// The recorder end to end: a forked producer writes events into a real ring, a Drainer writes them into
// a real trace, the trace reader reads them back.
#include "recorder/drain/drainer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "replayer/trace/trace_reader.h"
#include "tests/unit/drain/fake_producer.h"

namespace weft::drain {
namespace {

using trace::EventKind;

/// A trace file that goes with the test.
struct TracePath {
  std::string path = testing::TempDir() + "weft-drainer-" + std::to_string(::getpid()) + ".weft";
  ~TracePath() { std::filesystem::remove(path); }
};

/// A Drainer on one side, a producer process (forked) on the other.
class DrainerTest : public testing::Test {
 protected:
  /// Runs `produce` in a process of its own while a Drainer drains. Returns what the launcher would
  /// have heard at the end.
  std::vector<Message> record(const std::function<int(FakeProducer&)>& produce) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      FakeProducer producer(channel_.get());
      ::_exit(produce(producer));
    }
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    auto ends = DrainLink::create();
    DrainLink launcher = std::move(ends->first);
    auto ring = RingReader::map(channel_.get());
    auto writer = trace::TraceWriter::create(trace_.path, {}, trace::Overwrite::kAllow);
    EXPECT_TRUE(writer);
    Drainer drainer(std::move(*ring), std::move(*writer), std::move(ends->second),
                    std::move(pidfd));
    int status = 0;
    if (tell_status_) {
      ::waitpid(pid, &status, 0);
      Message ended;
      ended.kind = MessageKind::kEnded;
      ended.wait_status = status;
      launcher.send(ended);
    } else {
      launcher = DrainLink();
    }
    drainer.run();
    ::waitpid(pid, &status, 0);
    std::vector<Message> heard;
    while (launcher.fd() >= 0) {
      const auto message = launcher.receive();
      if (!message) break;
      heard.push_back(*message);
    }
    return heard;
  }

  /// The events of the trace: kind, and text of notes.
  std::vector<std::pair<EventKind, std::string>> events() {
    std::vector<std::pair<EventKind, std::string>> found;
    auto reader = trace::TraceReader::open(trace_.path);
    EXPECT_TRUE(reader) << reader.error().message;
    for (const auto& chunk : reader->chunks()) {
      const auto bytes = std::move(*reader->decode(chunk));
      for (size_t at = 0; at < bytes.size();) {
        trace::EventHeader header;
        std::memcpy(&header, bytes.data() + at, sizeof header);
        const auto* text = reinterpret_cast<const char*>(bytes.data() + at + sizeof header);
        found.emplace_back(static_cast<EventKind>(header.kind), std::string(text, header.size));
        last_result_ = header.result;
        at += trace::event_bytes(header.size);
      }
    }
    return found;
  }

  bool stopped() { return RingReader::map(channel_.get())->channel().stopped == 1; }

  TracePath trace_;
  UniqueFd channel_ = std::move(*create_channel());
  bool tell_status_ = true;
  int64_t last_result_ = 0;
};

TEST_F(DrainerTest, EveryEventArrivesInOrder) {
  const auto heard = record([](FakeProducer& producer) {
    for (int i = 0; i < 1000; ++i) producer.put(note_event("note " + std::to_string(i)));
    producer.put(plain_event(EventKind::kExit, 0));
    return 0;
  });
  const auto found = events();
  ASSERT_EQ(found.size(), 1001u);
  for (size_t i = 0; i < 1000; ++i) ASSERT_EQ(found[i].second, "note " + std::to_string(i));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].kind, MessageKind::kClosed);
  EXPECT_EQ(heard[0].counters.events, 1001u);
}

TEST_F(DrainerTest, AProducerFasterThanTheRingWaitsAndLosesNothing) {
  tell_status_ = false;  // the drainer runs beside the producer, not after it
  record([](FakeProducer& producer) {
    for (int i = 0; i < 900; ++i) producer.put(note_event(std::string(60'000, 'a')));
    producer.put(plain_event(EventKind::kExit, 0));
    return 0;
  });
  EXPECT_EQ(events().size(), 901u);  // 54 MB through a ring of 4 MiB
}

TEST_F(DrainerTest, ADeathBySignalIsWrittenDown) {
  record([](FakeProducer& producer) {
    producer.put(note_event("before"));
    return ::raise(SIGKILL);
  });
  const auto found = events();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found.back().first, EventKind::kKilled);
  EXPECT_EQ(last_result_, SIGKILL);
}

TEST_F(DrainerTest, AnEndThatTheRuntimeWroteIsEnough) {
  record([](FakeProducer& producer) {
    producer.put(plain_event(EventKind::kKilled, SIGTERM));
    return ::raise(SIGKILL);
  });
  EXPECT_EQ(events().size(), 1u);
}

TEST_F(DrainerTest, WithoutALauncherTheEndIsNotKnown) {
  tell_status_ = false;
  record([](FakeProducer& producer) { return producer.put(note_event("x")) ? 0 : 1; });
  EXPECT_EQ(events().back().second,
            "how the program ended is not known: weft record was killed before it");
}

TEST_F(DrainerTest, NonsenseInTheRingEndsRecordingWithOneMessage) {
  const auto heard = record([](FakeProducer& producer) {
    producer.put(note_event("good"));
    auto bad = note_event("bad");
    const uint32_t size = UINT32_MAX;
    std::memcpy(bad.data() + offsetof(trace::EventHeader, size), &size, sizeof size);
    producer.put(bad);
    return 0;
  });
  EXPECT_EQ(events().size(), 1u);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].kind, MessageKind::kTrouble);
  EXPECT_EQ(trouble_of(heard[0]).message,
            "the program wrote over weft's own memory; recording ends here");
  EXPECT_TRUE(stopped());
}

TEST_F(DrainerTest, AFullDiskEndsRecordingAndTheProgramGoesOn) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  tell_status_ = false;
  record([](FakeProducer& producer) {
    uint64_t random = 1;
    for (int i = 0; i < 2000; ++i) {
      std::string text(10'000, ' ');
      for (char& c : text) {
        random = random * 6364136223846793005u + 1;
        c = static_cast<char>(random >> 56);
      }
      if (!producer.put(note_event(text))) return 0;
    }
    return 0;
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(stopped());
  EXPECT_TRUE(trace::TraceReader::open(trace_.path));
}

}  // namespace
}  // namespace weft::drain
