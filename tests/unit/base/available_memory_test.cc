#include "weft/base/available_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace weft {
namespace {

class AvailableMemory : public testing::Test {
 protected:
  AvailableMemory() { std::filesystem::remove_all(root); }
  ~AvailableMemory() override { std::filesystem::remove_all(root); }
  void put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  // Tests run at the same time, each in a process of its own.
  const std::string root = testing::TempDir() + "available_memory" + std::to_string(::getpid());
};

TEST_F(AvailableMemory, IsWhatTheMachineHas) {
  put("/proc/meminfo", "MemTotal:  8000 kB\nMemFree:  10 kB\nMemAvailable:  4000 kB\n");
  EXPECT_EQ(available_memory(root), 4000u * 1024);
}

TEST_F(AvailableMemory, AGroupMayHaveLess) {
  put("/proc/meminfo", "MemAvailable:  4000 kB\n");
  put("/proc/self/cgroup", "0::/a/b\n");
  put("/sys/fs/cgroup/a/b/memory.max", "max\n");
  put("/sys/fs/cgroup/a/memory.max", "3000000\n");
  put("/sys/fs/cgroup/a/memory.current", "1000000\n");
  EXPECT_EQ(available_memory(root), 2000000u) << "of the group around it";
  put("/sys/fs/cgroup/a/memory.current", "5000000\n");
  EXPECT_EQ(available_memory(root), 0u);
}

TEST_F(AvailableMemory, AContainersLimitIsAtTheRoot) {
  put("/proc/meminfo", "MemAvailable:  4000 kB\n");
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/memory.max", "1000\n");
  put("/sys/fs/cgroup/memory.current", "400\n");
  EXPECT_EQ(available_memory(root), 600u);
}

TEST(SmallPart, IsAQuarter) {
  EXPECT_TRUE(is_small_part(2000, 8000));
  EXPECT_FALSE(is_small_part(2001, 8000));
  EXPECT_FALSE(is_small_part(1, 0));
}

TEST_F(AvailableMemory, IsNothingWhereItIsNotKnown) {
  EXPECT_EQ(available_memory(root), 0u);
}

}  // namespace
}  // namespace weft
