// What is kept is found again, damaged or foreign files are not, and a trace is the same with it.
#include "recorder/cache/content_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "recorder/trace/trace_writer.h"

namespace weft::cache {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> content(uint32_t seed, size_t bytes) {
  std::vector<std::byte> out(bytes);
  std::mt19937 random(seed);
  for (std::byte& byte : out) byte = static_cast<std::byte>(random() % 16);
  return out;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ContentCacheTest : public testing::Test {
 protected:
  ContentCacheTest() {
    std::string pattern = testing::TempDir() + "weft_cache_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ContentCacheTest() override { fs::remove_all(folder_); }

  std::string folder() const { return folder_ + "/home/cache"; }
  std::string file(const std::string& name) const { return folder() + "/" + name; }

  static void keep(ContentCache& cache, const std::vector<std::byte>& what,
                   const std::vector<std::byte>& frame) {
    cache.keep(cache.hash_of(what), static_cast<uint32_t>(what.size()), frame);
  }
  /// The frame that is there; empty if none is.
  static std::vector<std::byte> take(ContentCache& cache, const std::vector<std::byte>& what) {
    std::vector<std::byte> out(3);
    const size_t bytes =
        cache.take(cache.hash_of(what), static_cast<uint32_t>(what.size()), out, 3);
    return {out.begin() + 3, out.begin() + 3 + static_cast<long>(bytes)};
  }

 private:
  std::string folder_;
};

TEST_F(ContentCacheTest, WhatOneKeptAnotherOneFinds) {
  {
    ContentCache first(folder());
    ASSERT_TRUE(first);
    for (uint32_t i = 0; i < 3000; ++i) keep(first, content(i, 5000), content(i + 10'000, 100));
    first.write();
  }
  ContentCache second(folder());
  for (uint32_t i = 0; i < 3000; ++i)
    ASSERT_EQ(take(second, content(i, 5000)), content(i + 10'000, 100)) << i;
  EXPECT_TRUE(take(second, content(3000, 5000)).empty());
  EXPECT_TRUE(take(second, content(1, 4999)).empty());
}

TEST_F(ContentCacheTest, OnlyItsOwnerCanReadIt) {
  ContentCache cache(folder());
  keep(cache, content(1, 5000), content(2, 100));
  cache.write();
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
  for (const char* name : {"key", "new.index", "new.data"})
    EXPECT_EQ(fs::status(file(name)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ContentCacheTest, AFolderThatOthersCanUseIsNotUsed) {
  fs::create_directories(folder());
  fs::permissions(folder(), fs::perms::owner_all | fs::perms::group_read);
  EXPECT_FALSE(ContentCache(folder()));
}

TEST_F(ContentCacheTest, WithoutAFolderNothingIsKept) {
  ContentCache cache("/proc/self/nothing/here");
  EXPECT_FALSE(cache);
  keep(cache, content(1, 5000), content(2, 100));
  cache.write();
  EXPECT_TRUE(take(cache, content(1, 5000)).empty());
}

TEST_F(ContentCacheTest, ADamagedFrameIsNotTaken) {
  {
    ContentCache cache(folder());
    keep(cache, content(1, 5000), content(2, 100));
    keep(cache, content(3, 5000), content(4, 100));
    cache.write();
  }
  std::fstream data(file("new.data"), std::ios::in | std::ios::out | std::ios::binary);
  data.seekp(50);
  data.put('x');
  data.close();
  ContentCache cache(folder());
  EXPECT_TRUE(take(cache, content(1, 5000)).empty());
  EXPECT_EQ(take(cache, content(3, 5000)), content(4, 100));
}

TEST_F(ContentCacheTest, ADamagedFrameIsReplaced) {
  {
    ContentCache cache(folder());
    keep(cache, content(1, 5000), content(2, 100));
    cache.write();
  }
  std::fstream(file("new.data"), std::ios::in | std::ios::out | std::ios::binary).put('x');
  {
    ContentCache cache(folder());
    ASSERT_TRUE(take(cache, content(1, 5000)).empty());
    keep(cache, content(1, 5000), content(2, 100));
    cache.write();
    EXPECT_EQ(take(cache, content(1, 5000)), content(2, 100));
  }
  ContentCache cache(folder());
  EXPECT_EQ(take(cache, content(1, 5000)), content(2, 100));
}

TEST_F(ContentCacheTest, ARecorderTakesTheNewFilesOfAnother) {
  constexpr uint64_t kLimit = 20'000;
  ContentCache first(folder(), kLimit);
  {
    ContentCache second(folder(), kLimit);
    for (uint32_t i = 0; i < 12; ++i) {
      keep(second, content(i, 5000), content(i, 1000));
      second.write();
    }
  }
  for (uint32_t i = 0; i < 12; ++i) {
    keep(first, content(100 + i, 5000), content(i, 1000));
    first.write();
  }
  ContentCache last(folder(), kLimit);
  EXPECT_EQ(take(last, content(111, 5000)), content(11, 1000));
}

TEST_F(ContentCacheTest, AnIndexThatIsCutOrDamagedLosesNoMoreThanThat) {
  {
    ContentCache cache(folder());
    for (uint32_t i = 0; i < 4; ++i) keep(cache, content(i, 5000), content(i + 10, 100));
    cache.write();
  }
  fs::resize_file(file("new.index"), 4 * sizeof(CacheEntry) - 1);
  std::fstream index(file("new.index"), std::ios::in | std::ios::out | std::ios::binary);
  index.seekp(sizeof(CacheEntry) + 20);
  index.put('x');
  index.close();
  {
    ContentCache cache(folder());
    EXPECT_EQ(take(cache, content(0, 5000)), content(10, 100));
    EXPECT_TRUE(take(cache, content(1, 5000)).empty());
    EXPECT_EQ(take(cache, content(2, 5000)), content(12, 100));
    EXPECT_TRUE(take(cache, content(3, 5000)).empty());
    keep(cache, content(3, 5000), content(13, 100));
    cache.write();
  }
  ContentCache cache(folder());
  EXPECT_EQ(take(cache, content(3, 5000)), content(13, 100));
}

TEST_F(ContentCacheTest, WhatIsNotUsedGoesFirst) {
  constexpr uint64_t kLimit = 20'000;
  uint32_t next = 0;
  for (int round = 0; round < 30; ++round) {
    ContentCache cache(folder(), kLimit);
    if (round > 0) {
      EXPECT_EQ(take(cache, content(0, 5000)), content(0, 1000)) << round;
    }
    for (int i = 0; i < 3; ++i, ++next) keep(cache, content(next, 5000), content(next, 1000));
    cache.write();
    uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder()))
      if (entry.path().filename() != "key") bytes += entry.file_size();
    EXPECT_LE(bytes, kLimit);
  }
  ContentCache cache(folder(), kLimit);
  EXPECT_TRUE(take(cache, content(5, 5000)).empty());
  EXPECT_EQ(take(cache, content(next - 1, 5000)), content(next - 1, 1000));
}

TEST_F(ContentCacheTest, TwoRecordersAddToTheSameFiles) {
  {
    ContentCache first(folder()), second(folder());
    keep(first, content(1, 5000), content(11, 100));
    keep(second, content(2, 5000), content(12, 100));
    first.write();
    second.write();
  }
  ContentCache cache(folder());
  EXPECT_EQ(take(cache, content(1, 5000)), content(11, 100));
  EXPECT_EQ(take(cache, content(2, 5000)), content(12, 100));
}

/// A trace of one mapped file, in pieces.
std::string trace_with(ContentCache cache, const std::string& path) {
  auto writer = trace::TraceWriter::create(path, {}, trace::Overwrite::kAllow);
  EXPECT_TRUE(writer);
  writer->use(std::move(cache));
  for (uint32_t piece = 0; piece < 40; ++piece) {
    const auto bytes = content(piece, 65536);
    trace::EventHeader header{};
    header.size = static_cast<uint32_t>(8 + bytes.size());
    header.kind = static_cast<uint8_t>(trace::EventKind::kData);
    header.flags = trace::kFileContent;
    std::vector<std::byte> event(trace::event_bytes(header.size));
    const uint64_t address = 0x3000'0000'0000 + piece * 65536;
    std::memcpy(event.data(), &header, sizeof header);
    std::memcpy(event.data() + sizeof header, &address, 8);
    std::memcpy(event.data() + sizeof header + 8, bytes.data(), bytes.size());
    EXPECT_TRUE(writer->append(event.data(), event.size()));
  }
  EXPECT_TRUE(writer->close());
  return bytes_of(path);
}

TEST_F(ContentCacheTest, ATraceIsTheSameWithAndWithoutIt) {
  const std::string path = testing::TempDir() + "cached.weft";
  const std::string without = trace_with({}, path);
  EXPECT_EQ(trace_with(ContentCache(folder()), path), without);
  EXPECT_GT(fs::file_size(file("new.data")), 40 * 10'000u);
  const auto before = fs::file_size(file("new.data"));
  EXPECT_EQ(trace_with(ContentCache(folder()), path), without);
  EXPECT_EQ(fs::file_size(file("new.data")), before);
  fs::remove(path);
}

}  // namespace
}  // namespace weft::cache
