#include "replayer/session/module_map.h"

#include <gtest/gtest.h>

#include "tests/unit/session/sample_trace.h"

namespace weft::session {
namespace {

TEST(ModuleMap, AnAddressIsKnownByFileAndOffset) {
  SampleLog log;
  log.map(0x1000'0000'0000, 0x2000, 0, "/usr/bin/server");
  log.map(0x1000'0000'2000, 0x1000, 0x2000, "/usr/bin/server");
  log.map(0x1000'0001'0000, 0x1000, 0, "");
  const ModuleMap map = ModuleMap::at_end_of(log.bytes());
  EXPECT_EQ(map.describe(0x1000'0000'0010), "server+0x10");
  EXPECT_EQ(map.describe(0x1000'0000'2010), "server+0x2010");
  EXPECT_EQ(map.describe(0x1000'0001'0010), "0x100000010010");
  EXPECT_EQ(map.describe(0x10), "0x10");
}

TEST(ModuleMap, WhatWasMappedLastCounts) {
  SampleLog log;
  log.map(0x1000'0000'0000, 0x2000, 0, "/old");
  log.map(0x1000'0000'0000, 0x1000, 0, "/new");
  const ModuleMap map = ModuleMap::at_end_of(log.bytes());
  EXPECT_EQ(map.find(0x1000'0000'0000)->path, "/new");
  EXPECT_EQ(map.find(0x1000'0000'1000)->path, "/old");
}

}  // namespace
}  // namespace weft::session
