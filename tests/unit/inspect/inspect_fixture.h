/// A small trace of everything that a recording has, and what the commands print about it.
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "tests/unit/trace/trace_fixture.h"

namespace weft::inspect::test {

using trace::EffectKind;
using trace::EventHeader;
using trace::EventKind;
using trace::test::EventLog;

/// Runs `print` with a file to print to, and returns what it printed.
template <class Print>
std::string captured(Print print) {
  char* data = nullptr;
  size_t bytes = 0;
  std::FILE* file = ::open_memstream(&data, &bytes);
  print(file);
  std::fclose(file);
  std::string text(data, bytes);
  std::free(data);
  return text;
}

class InspectTest : public trace::test::TraceTest {
 protected:
  static constexpr uint64_t kTicksInASecond = 2'600'000'000;

  void add(EventKind kind, int64_t result, const std::string& payload = "") {
    EventHeader header = at_next_time();
    header.kind = static_cast<uint8_t>(kind);
    header.result = result;
    log_.add(header, payload);
  }

  void add(trace::test::SampleCall call) {
    const EventHeader header = at_next_time();
    call.time = header.time;
    call.thread = header.thread;
    trace::test::add_call(log_, call);
  }

  /// A program that maps itself, talks a little, gets signals, and exits.
  void write_sample() {
    std::string exec;
    trace::test::append(exec, trace::ExecRecord{2, 1});
    exec += std::string("/usr/bin/server\0server\0--port=7000\0A=B\0", 39);
    add(EventKind::kExec, 0, exec);
    trace::MapRecord map{};
    map.address = 0x100000000000;
    map.length = 8192;
    map.file_size = 6000;
    map.protection = PROT_READ | PROT_EXEC;
    map.content_bytes = 6000;
    std::string payload;
    trace::test::append(payload, map);
    add(EventKind::kMap, 0, payload + "/usr/bin/server");
    payload.clear();
    trace::test::append(payload, map.address);
    add(EventKind::kData, 0, payload + image_with_build_id());
    trace::StartRecord start{};
    start.registers.rip = 0x100000001000;
    start.registers.rsp = 0x100000fff000;
    payload.clear();
    trace::test::append(payload, start);
    add(EventKind::kStart, 0, payload);
    add({.call = SYS_read,
         .site = 0x1234,
         .arguments = {7, 0x1000, 16384},
         .result = 6,
         .effects = {{1, EffectKind::kWritten, "PING\r\n"}}});
    thread_ = 1;
    add(EventKind::kThread, 4712);
    add({.call = SYS_write,
         .site = 0x1240,
         .arguments = {7, 0x2000, 7},
         .result = 7,
         .effects = {{trace::kAbsolute, EffectKind::kSent, "+PONG\r\n", 0x2000}},
         .checked = true});
    add({.call = SYS_read, .site = 0x1234, .arguments = {7, 0x1000, 16384}, .result = -EAGAIN});
    add({.call = SYS_openat,
         .site = 0x1250,
         .arguments = {0xffffff9c, 0x3000, 0x80000, 0644},
         .result = 9});
    add({.call = SYS_futex, .site = 0x1260, .arguments = {0x4000, 129, 1}, .result = 1});
    payload.clear();
    trace::SignalRecord signal{};
    signal.ip = 0x1010;
    siginfo_t info{};
    info.si_code = SI_USER;
    info.si_pid = 77;
    std::memcpy(signal.siginfo, &info, sizeof info);
    trace::test::append(payload, signal);
    add(EventKind::kSignal, SIGTERM, payload);
    add(EventKind::kUnusual, 0, "ptrace was refused\x1b[2J");
    add(EventKind::kUnusual, 0, "ptrace was refused\x1b[2J");
    add(EventKind::kThreadExit, 0);
    add(EventKind::kExit, 3);
    write_trace(log_, 4);
  }

  EventLog log_;

 private:
  EventHeader at_next_time() {
    EventHeader header{};
    time_ += kTicksInASecond / 1000;
    header.time = time_;
    header.thread = thread_;
    return header;
  }

  /// An ELF header, one PT_NOTE segment, and in it the build-id 0102..14.
  static std::string image_with_build_id() {
    std::string image(6000, '\0');
    const unsigned char header[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    std::memcpy(image.data(), header, sizeof header);
    image[0x20] = 0x40;  // e_phoff
    image[0x36] = 56;    // e_phentsize
    image[0x38] = 1;     // e_phnum
    image[0x40] = 4;     // PT_NOTE
    image[0x49] = 2;     // p_offset = 0x200
    image[0x40 + 32] = 36;
    const unsigned char note[] = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};
    std::memcpy(image.data() + 0x200, note, sizeof note);
    for (char i = 0; i < 20; ++i) image[0x210 + static_cast<size_t>(i)] = static_cast<char>(i + 1);
    return image;
  }

  uint64_t time_ = 999'999'999;
  uint32_t thread_ = 0;
};

}  // namespace weft::inspect::test
