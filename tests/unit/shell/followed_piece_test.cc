// What of the bytes that are followed an instruction has made.
#include "debugger/shell/origin/followed_piece.h"

#include <gtest/gtest.h>

namespace weft::shell {
namespace {

constexpr Address kNext(0x1000);

Piece in_register(std::string_view name, std::initializer_list<int> value) {
  Piece piece{register_part(name).value(), value.size()};
  for (const int byte : value) piece.value.push_back(static_cast<std::byte>(byte));
  return piece;
}
DataFlow flow(const std::string& mnemonic, const std::string& operands) {
  return data_flows(mnemonic, operands, kNext).at(0);
}

TEST(FollowedPiece, AResultMayEndInZeros) {
  Piece piece = in_register("rax", {7, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(keep_written(piece, flow("movzbl", "(%rsi), %eax")), Written::kResult);
  EXPECT_EQ(piece.bytes, 1U);
  EXPECT_EQ(piece.value, std::vector{std::byte{7}});
  Piece other = in_register("rax", {7, 0, 1, 0, 0, 0, 0, 0});
  EXPECT_EQ(keep_written(other, flow("movzbl", "(%rsi), %eax")), Written::kMixed);
}

TEST(FollowedPiece, AResultMayEndInSigns) {
  Piece piece = in_register("eax", {0xfe, 0xff, 0xff, 0xff});
  EXPECT_EQ(keep_written(piece, flow("movsbl", "(%rsi), %eax")), Written::kResult);
  Piece positive = in_register("eax", {0x7e, 0xff, 0xff, 0xff});
  EXPECT_EQ(keep_written(positive, flow("movsbl", "(%rsi), %eax")), Written::kMixed);
}

TEST(FollowedPiece, APartIsNotTheWhole) {
  for (const auto& [mnemonic, operands] : {std::pair{"movb", "$0x7, %al"},
                                           {"sete", "%al"},
                                           {"movw", "(%rsi), %ax"},
                                           {"addb", "$0x1, %al"}}) {
    Piece piece = in_register("rax", {7, 0x12, 0, 0, 0, 0, 0, 0});
    EXPECT_EQ(keep_written(piece, flow(mnemonic, operands)), Written::kMixed) << mnemonic;
  }
  Piece low = in_register("ax", {7, 8});
  EXPECT_EQ(keep_written(low, flow("movb", "$0x7, %ah")), Written::kMixed);
}

TEST(FollowedPiece, ZerosMayBeAllOfIt) {
  Piece upper{RegisterPart{kRax, 4, 4}, 4, std::vector<std::byte>(4)};
  EXPECT_EQ(keep_written(upper, flow("movl", "%esi, %eax")), Written::kFill);
}

TEST(FollowedPiece, OfMemoryAPartIsKept) {
  Piece piece{Address(0x100), 4, {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}};
  keep(piece, 1, 2);
  EXPECT_EQ(std::get<Address>(piece.at), Address(0x101));
  EXPECT_EQ(piece.value, (std::vector{std::byte{2}, std::byte{3}}));
}

TEST(FollowedPiece, ConstantsHaveBytes) {
  EXPECT_EQ(constant_bytes({0x1234}, 0, 2), (std::vector{std::byte{0x34}, std::byte{0x12}}));
  EXPECT_EQ(constant_bytes({0x1234}, 1, 2), (std::vector{std::byte{0x12}, std::byte{0}}));
  EXPECT_EQ(constant_bytes({-2}, 7, 3), std::vector(3, std::byte{0xff}));
}

TEST(FollowedPiece, AnElementIsRepeated) {
  const std::vector element{std::byte{1}, std::byte{2}};
  const std::vector value{std::byte{2}, std::byte{1}, std::byte{2}};
  EXPECT_TRUE(repeats(value, 1, element));
  EXPECT_FALSE(repeats(value, 0, element));
}

}  // namespace
}  // namespace weft::shell
