#include "debugger/spans/name_pattern.h"

#include <gtest/gtest.h>

namespace weft::spans {
namespace {

TEST(NamePattern, AName) {
  const NamePattern query("query");
  EXPECT_TRUE(query.matches_name("query"));
  EXPECT_TRUE(query.matches_name("db::Pool::query"));
  EXPECT_FALSE(query.matches_name("db::Pool::query_all"));
  EXPECT_FALSE(query.matches_name("query::begin"));
  EXPECT_FALSE(query.matches_file("query"));
}

TEST(NamePattern, AllOfANamespace) {
  const NamePattern all("db::*");
  EXPECT_TRUE(all.matches_name("db::Pool::query"));
  EXPECT_TRUE(all.matches_name("shop::db::connect"));
  EXPECT_FALSE(all.matches_name("mydb::connect"));
}

TEST(NamePattern, AFileByTheEndOfItsPath) {
  const NamePattern file("file:pool.cc");
  EXPECT_TRUE(file.matches_file("/src/db/pool.cc"));
  EXPECT_FALSE(file.matches_file("/src/db/whirlpool.cc"));
  EXPECT_FALSE(file.matches_name("pool.cc"));
  EXPECT_TRUE(NamePattern("file:db/*.cc").matches_file("/src/db/pool.cc"));
}

TEST(NamePattern, ALibrary) {
  const NamePattern library("lib:libpq.so*");
  EXPECT_TRUE(library.matches_library("/usr/lib/libpq.so.5.15"));
  EXPECT_FALSE(library.matches_library("/usr/lib/libpqtypes.so"));
}

}  // namespace
}  // namespace weft::spans
