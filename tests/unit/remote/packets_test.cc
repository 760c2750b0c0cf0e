#include "debugger/remote/packets.h"

#include <gtest/gtest.h>

namespace weft::remote {
namespace {

TEST(Packets, AFrameHasItsChecksum) {
  EXPECT_EQ(frame(""), "$#00");
  EXPECT_EQ(frame("OK"), "$OK#9a");  // the manual's own example
}

TEST(Packets, WhatMeansSomethingIsEscaped) {
  EXPECT_EQ(frame("a#b").substr(0, 6),
            "$a}\x03"
            "b#");
  PacketReader reader;
  reader.add(frame("}$#*"));
  EXPECT_EQ(reader.next(), "}$#*");
}

TEST(Packets, AReaderTakesBytesAsTheyCome) {
  PacketReader reader;
  const std::string bytes = frame("vCont;c") + "+" + frame("?");
  std::vector<std::string> packets;
  for (const char c : bytes) {
    reader.add({&c, 1});
    while (auto packet = reader.next()) packets.push_back(*packet);
  }
  EXPECT_EQ(packets, (std::vector<std::string>{"vCont;c", "?"}));
}

TEST(Packets, AnInterruptIsAPacket) {
  PacketReader reader;
  reader.add("+\x03");
  EXPECT_EQ(reader.next(), "\x03");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(Packets, NoiseBetweenPacketsIsDropped) {
  PacketReader reader;
  reader.add("++-xyz" + frame("g"));
  EXPECT_EQ(reader.next(), "g");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(Packets, HexGoesBothWays) {
  const std::vector<std::byte> bytes = {std::byte{0x00}, std::byte{0x7f}, std::byte{0xff}};
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007FFF"), bytes);
  EXPECT_EQ(from_hex("0"), std::vector<std::byte>{});
  EXPECT_EQ(from_hex("12zz34"), std::vector<std::byte>{std::byte{0x12}});
}

TEST(Packets, RegistersAreLittleEndian) {
  EXPECT_EQ(register_hex(0x0102), "0201000000000000");
  EXPECT_EQ(register_value("0201000000000000"), 0x0102U);
  EXPECT_EQ(register_value("ff"), 0xffU);
  EXPECT_EQ(register_value(""), 0U);
}

TEST(Packets, NumbersAndPrefixesAreTakenOff) {
  std::string_view text = "1f,20:rest";
  EXPECT_EQ(take_number(text), 0x1fU);
  EXPECT_TRUE(take_prefix(text, ","));
  EXPECT_EQ(take_number(text), 0x20U);
  EXPECT_FALSE(take_prefix(text, ","));
  EXPECT_EQ(text, ":rest");
  EXPECT_EQ(take_number(text), 0U);
}

}  // namespace
}  // namespace weft::remote
