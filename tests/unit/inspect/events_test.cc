// What `weft events` prints, line by line.
#include "replayer/inspect/events.h"

#include <nlohmann/json.hpp>

#include "tests/unit/inspect/inspect_fixture.h"

namespace weft::inspect::test {
namespace {

class Events : public InspectTest {
 protected:
  std::string print(EventsOptions options = {}, int expected_status = 0) {
    options.path = path();
    return captured([&](std::FILE* out) {
      options.out = out;
      error_ = captured([&](std::FILE* error_out) {
        options.error_out = error_out;
        EXPECT_EQ(run_events(options), expected_status);
      });
    });
  }
  std::string error_;
};

TEST_F(Events, OneLineForEach) {
  write_sample();
  EXPECT_EQ(
      print(),
      "[0] +0.001000 T0 exec /usr/bin/server [\"server\", \"--port=7000\"] with 1 environment "
      "variables\n"
      "[1] +0.002000 T0 map 0x100000000000 8192 bytes r-x /usr/bin/server\n"
      "[2] +0.003000 T0 data 0x100000000000 6000 bytes \"\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00"
      "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
      "\\x00\\x00\\x00\\x00\\x00\"...\n"
      "[3] +0.004000 T0 start at 0x100000001000, stack 0x100000fff000\n"
      "[4] +0.005000 T0 read(7, 0x1000 \"PING\\r\\n\", 16384) = 6\n"
      "[5] +0.006000 T1 thread begins (tid 4712)\n"
      "[6] +0.007000 T1 write(7, 0x2000 \"+PONG\\r\\n\", 7) = 7\n"
      "[7] +0.008000 T1 read(7, 0x1000, 16384) = -1 EAGAIN (Resource temporarily "
      "unavailable)\n"
      "[8] +0.009000 T1 openat(AT_FDCWD, 0x3000, O_RDONLY|O_CLOEXEC, 0644) = 9\n"
      "[9] +0.010000 T1 futex(0x4000, FUTEX_WAKE|0x80, 1) = 1\n"
      "[10] +0.011000 T1 signal SIGTERM from process 77 at 0x1010\n"
      "[11] +0.012000 T1 note: ptrace was refused\\x1b[2J\n"
      "[12] +0.013000 T1 note: ptrace was refused\\x1b[2J\n"
      "[13] +0.014000 T1 thread ends with status 0\n"
      "[14] +0.015000 T1 exit with status 3\n");
  EXPECT_EQ(error_, "");
}

TEST_F(Events, KnownStructuresAndFlagsAreDecoded) {
  std::string ready;
  trace::test::append(ready, uint32_t{1 | 16});
  trace::test::append(ready, uint64_t{7});
  add({.call = SYS_epoll_wait,
       .site = 1,
       .arguments = {5, 0x1000, 64, 0xffffffff},
       .result = 1,
       .effects = {{1, EffectKind::kWritten, ready}}});
  std::string peer("\2\0\x18\xeb\x7f\0\0\1\0\0\0\0\0\0\0\0", 16);
  add({.call = SYS_accept4,
       .site = 1,
       .arguments = {4, 0x1000, 0x2000, 0x80800},
       .result = 8,
       .effects = {{1, EffectKind::kWritten, peer},
                   {2, EffectKind::kWritten, std::string("\x10\0\0\0", 4)}}});
  std::string now;
  trace::test::append(now, uint64_t{1700000000});
  trace::test::append(now, uint64_t{5});
  add({.call = SYS_clock_gettime,
       .site = 1,
       .arguments = {1, 0x1000},
       .effects = {{1, EffectKind::kWritten, now}}});
  add({.call = SYS_mmap,
       .site = 1,
       .arguments = {0, 4096, 3, 0x22, 0xffffffff, 0},
       .result = 0x7000});
  add({.call = SYS_wait4,
       .site = 1,
       .arguments = {77, 0x1000, 1, 0},
       .result = 77,
       .effects = {{1, EffectKind::kWritten, std::string("\x09\0\0\0", 4)}}});
  add({.call = SYS_wait4,
       .site = 1,
       .arguments = {77, 0x1000, 1, 0},
       .result = 0,
       .effects = {{1, EffectKind::kWritten, std::string("\x60\0\0\0", 4)}}});
  add({.call = SYS_wait4,
       .site = 1,
       .arguments = {77, 0x1000, 2, 0},
       .result = 77,
       .effects = {{1, EffectKind::kWritten, std::string("\x7f\x13\0\0", 4)}}});
  write_trace(log_);
  EXPECT_EQ(
      print(),
      "[0] +0.001000 T0 epoll_wait(5, 0x1000 [{EPOLLIN|EPOLLHUP, 7}], 64, -1) = 1\n"
      "[1] +0.002000 T0 accept4(4, 0x1000 127.0.0.1:6379, 0x2000 [16], "
      "SOCK_NONBLOCK|SOCK_CLOEXEC) = 8\n"
      "[2] +0.003000 T0 clock_gettime(CLOCK_MONOTONIC, 0x1000 {1700000000, 5}) = 0\n"
      "[3] +0.004000 T0 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, "
      "0) = 0x7000\n"
      "[4] +0.005000 T0 wait4(77, 0x1000 [killed by SIGKILL], WNOHANG, NULL) = 77\n"
      "[5] +0.006000 T0 wait4(77, 0x1000 [no change], WNOHANG, NULL) = 0\n"
      "[6] +0.007000 T0 wait4(77, 0x1000 [stopped by SIGSTOP], WUNTRACED, NULL) = 77\n");
}

TEST_F(Events, FromToIncludesBoth) {
  write_sample();
  EXPECT_EQ(print({.from = 5, .to = 5}), "[5] +0.006000 T1 thread begins (tid 4712)\n");
  EXPECT_EQ(print({.from = 14, .to = 99}), "[14] +0.015000 T1 exit with status 3\n");
  EXPECT_EQ(print({.from = 99}), "");
}

TEST_F(Events, OfOneThreadAndOneCall) {
  write_sample();
  EXPECT_EQ(print({.thread = 1, .call = "read"}),
            "[7] +0.008000 T1 read(7, 0x1000, 16384) = -1 EAGAIN (Resource temporarily "
            "unavailable)\n");
  EXPECT_EQ(print({.call = "exit"}), "[14] +0.015000 T1 exit with status 3\n");
  EXPECT_EQ(print({.thread = 9}), "");
}

TEST_F(Events, CallThatDoesNotExist) {
  write_sample();
  EXPECT_EQ(print({.call = "raed"}, 2), "");
  EXPECT_EQ(error_.find("weft: No system call is called raed\n"), 0u);
}

TEST_F(Events, JsonLines) {
  write_sample();
  const auto read = nlohmann::json::parse(print({.from = 4, .to = 4, .json = true}));
  EXPECT_EQ(read["index"], 4);
  EXPECT_EQ(read["kind"], "syscall");
  EXPECT_EQ(read["call"], "read");
  EXPECT_EQ(read["site"], "0x1234");
  EXPECT_EQ(read["arguments"], (nlohmann::json{"7", "0x1000", "16384"}));
  EXPECT_EQ(read["result"], 6);
  EXPECT_EQ(read["effects"][0]["kind"], "written");
  EXPECT_EQ(read["effects"][0]["preview"], "PING\\r\\n");
  const auto failed = nlohmann::json::parse(print({.from = 7, .to = 7, .json = true}));
  EXPECT_EQ(failed["error"], "EAGAIN");
  const auto note = nlohmann::json::parse(print({.from = 11, .to = 11, .json = true}));
  EXPECT_EQ(note["kind"], "unusual");
}

TEST_F(Events, UnfinishedTracePrintsWhatIsThere) {
  write_sample();
  auto reader = trace::TraceReader::open(path());
  const std::string file = trace::test::read_file(path());
  trace::test::write_file(path(), file.substr(0, reader->chunks()[2].file_offset + 70));
  const std::string lines = print({}, 5);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 8);
  EXPECT_EQ(error_, "weft: " + path() + ": chunk 2 is cut; the 8 events before it are readable\n");
  // A caller that asks for events before the damage gets them without a complaint.
  EXPECT_NE(print({.from = 4, .to = 4}), "");
  EXPECT_EQ(error_, "");
}

TEST_F(Events, DamagedChunkEndsThem) {
  write_sample();
  auto reader = trace::TraceReader::open(path());
  std::string file = trace::test::read_file(path());
  file[reader->chunks()[1].file_offset + 80] ^= 1;
  trace::test::write_file(path(), file);
  const std::string lines = print({}, 5);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
  EXPECT_EQ(error_, "weft: " + path() +
                        ": chunk 1 does not match its checksum\n"
                        "      The 4 events before it are readable\n");
}

}  // namespace
}  // namespace weft::inspect::test
