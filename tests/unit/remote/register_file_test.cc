#include "debugger/remote/register_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <regex>
#include <set>

namespace weft::remote {
namespace {

TEST(RegisterFile, TheDescriptionNamesEachRegisterOnce) {
  const std::string xml = target_description();
  const std::regex row("name=\"([a-z0-9_]+)\" bitsize=\"([0-9]+)\" [^>]*regnum=\"([0-9]+)\"");
  std::set<std::string> names;
  unsigned number = 0;
  for (std::sregex_iterator at(xml.begin(), xml.end(), row), end; at != end; ++at) {
    names.insert((*at)[1]);
    EXPECT_EQ(std::stoul((*at)[2]) / 4, register_digits(number)) << (*at)[1];
    EXPECT_EQ(std::stoul((*at)[3]), number++);
  }
  EXPECT_EQ(number, register_count());
  EXPECT_EQ(names.size(), register_count());
}

TEST(RegisterFile, WhatIsWrittenIsRead) {
  RegisterFile file;
  file.vector.emplace();
  for (unsigned number = 0; number < register_count(); ++number) {
    std::string hex(register_digits(number), '0');
    hex[1] = "0123456789abcdef"[number % 16];
    ASSERT_TRUE(write_register(file, number, hex));
    EXPECT_EQ(read_register(file, number), hex) << number;
  }
}

TEST(RegisterFile, WhatIsNotKnownIsNotAValue) {
  RegisterFile file;
  const unsigned vector = register_count() - 1;
  EXPECT_EQ(read_register(file, vector), std::string(32, 'x'));
  EXPECT_FALSE(write_register(file, vector, std::string(32, '0')));
  EXPECT_FALSE(write_register(file, register_count(), "00"));
}

TEST(RegisterFile, TheProgramCounterIsWhereLldbLooksForIt) {
  RegisterFile file;
  file.general.rip = 0x3000'0100'1234;
  EXPECT_EQ(read_register(file, 16), "3412000100300000");
}

}  // namespace
}  // namespace weft::remote
