#include "debugger/shell/source/symbol_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "debugger/shell/source/recorded_file.h"
#include "replayer/inspect/build_id.h"
#include "tests/unit/trace/trace_fixture.h"

namespace weft::shell {
namespace {

class SymbolFilesTest : public testing::Test {
 protected:
  SymbolFilesTest() {
    std::string pattern = testing::TempDir() + "weft_symbols_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    const std::string bytes = trace::test::read_file("/proc/self/exe");
    build_id_ = inspect::build_id_of(std::as_bytes(std::span(bytes)));
  }
  ~SymbolFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string put(const std::string& name) const {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::filesystem::copy_file(std::filesystem::read_symlink("/proc/self/exe"), path);
    return path;
  }

  std::string folder_;
  std::string build_id_;
};

TEST_F(SymbolFilesTest, AFileIsKnownByItsBuildIdUnderItsNameOrPath) {
  if (build_id_.empty()) GTEST_SKIP() << "this program was linked without a build ID";
  EXPECT_EQ(find_symbols({folder_}, "/old/place/server", build_id_).whole, "");
  const std::string by_path = put("old/place/server");
  EXPECT_EQ(find_symbols({folder_}, "/old/place/server", build_id_).whole, by_path);
  const std::string by_name = put("server");
  EXPECT_EQ(find_symbols({folder_}, "/old/place/server", build_id_).whole, by_name);
  EXPECT_EQ(find_symbols({folder_}, "/old/place/server", "0123456789").whole, "");
}

TEST_F(SymbolFilesTest, APathWithoutSlashIsAName) {
  if (build_id_.empty()) GTEST_SKIP() << "this program was linked without a build ID";
  const std::string by_name = put("server");
  EXPECT_EQ(find_symbols({folder_}, "server", build_id_).whole, by_name);
}

TEST_F(SymbolFilesTest, ACopyOfAFileWithoutSlashInItsPathHasItsName) {
  trace::test::EventLog log;
  const RecordedFile nothing({}, {0, 0, 0, 0, 0, "server"});
  EXPECT_EQ(nothing.write_copy(folder_), "") << "nothing of it is in the trace";

  const std::string file = trace::test::read_file("/proc/self/exe").substr(0, 4096);
  trace::EventHeader header{};
  trace::MapRecord record{};
  record.address = 0x10000, record.length = 0x1000, record.file_size = 4096;
  std::string payload;
  trace::test::append(payload, record);
  payload += "server";
  header.kind = static_cast<uint8_t>(trace::EventKind::kMap);
  log.add(header, payload);
  payload.clear();
  trace::test::append(payload, record.address);
  payload += file;
  header.kind = static_cast<uint8_t>(trace::EventKind::kData);
  log.add(header, payload);
  const trace::LogStretch all{trace::EventIndex(0), std::as_bytes(std::span(log.bytes()))};
  const RecordedFile recorded({&all, 1}, {0x10000, 0x1000, 0, 4096, 0, "server"});
  EXPECT_TRUE(recorded.has_content());
  EXPECT_EQ(recorded.write_copy(folder_), folder_ + "/server");
}

}  // namespace
}  // namespace weft::shell
