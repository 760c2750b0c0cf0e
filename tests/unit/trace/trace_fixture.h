/// A directory of its own for each test, and traces in it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "recorder/trace/trace_writer.h"
#include "replayer/trace/trace_reader.h"
#include "tests/unit/trace/random_events.h"

namespace weft::trace::test {

inline TraceInfo sample_info() {
  TraceInfo info;
  info.weft_version = "0.1.0";
  for (uint8_t i = 0; i < 16; ++i) info.uuid[i] = static_cast<uint8_t>(i * 17);
  info.program = "/usr/bin/server";
  info.arguments = {"server", "", "--port=7000"};
  info.environment = {"HOME=/home/u", "EMPTY=", "LINES=a\nb"};
  info.working_directory = "/home/u";
  info.host_name = "host";
  info.cpu_model = "Some CPU @ 2.6 GHz";
  info.kernel_release = "6.1.0-13-amd64";
  info.tsc_hz = 2'600'000'000;
  info.start_tsc = 999'999'999;
  info.start_wall_ns = 1'700'000'000'123'456'789;
  return info;
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class TraceTest : public testing::Test {
 protected:
  TraceTest() {
    std::string pattern = testing::TempDir() + "weft_trace_XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~TraceTest() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name = "t.weft") const { return directory_ + "/" + name; }

  /// Writes a trace with a chunk for every `events_per_chunk` events.
  void write_trace(const EventLog& log, uint64_t events_per_chunk = 0) const {
    auto writer = TraceWriter::create(path(), sample_info(), Overwrite::kAllow);
    ASSERT_TRUE(writer) << writer.error().message;
    for (uint64_t i = 0; i < log.count(); ++i) {
      const uint64_t start = log.starts()[i];
      const uint64_t end = i + 1 < log.count() ? log.starts()[i + 1] : log.bytes().size();
      const Status status = writer->append(log.bytes().data() + start, end - start);
      ASSERT_TRUE(status) << status.error().message;
      if (events_per_chunk != 0 && (i + 1) % events_per_chunk == 0) {
        ASSERT_TRUE(writer->flush());
      }
    }
    ASSERT_TRUE(writer->close());
  }

  /// Decodes all that can be decoded; `error` is what stopped it.
  static std::vector<std::byte> decode_all(TraceReader& reader, std::string* error = nullptr) {
    std::vector<std::byte> all;
    for (const ChunkRef& chunk : reader.chunks()) {
      auto events = reader.decode(chunk);
      if (!events) {
        EXPECT_EQ(events.error().error_class, ErrorClass::kBadTrace);
        if (error != nullptr) *error = events.error().message;
        break;
      }
      all.insert(all.end(), events->begin(), events->end());
    }
    return all;
  }

  std::string directory_;
};

}  // namespace weft::trace::test
