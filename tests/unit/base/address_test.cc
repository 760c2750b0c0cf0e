// Addresses of the program mix with nothing else (weft/base/address.h).
#include "weft/base/address.h"

#include <gtest/gtest.h>

#include <concepts>

#include "weft/trace/event_index.h"
#include "weft/trace/ticks.h"

namespace weft {
namespace {

template <class A, class B>
concept Mixed = std::convertible_to<A, B> || requires(A a, B b) { a == b; } ||
                requires(A a, B b) { a < b; } || requires(A a, B b) { a = b; };
template <class A, class B>
concept Added = requires(A a, B b) { a + b; };

static_assert(!Mixed<Address, uint64_t> && !Mixed<uint64_t, Address>);
static_assert(!Mixed<Address, trace::EventIndex> && !Added<Address, trace::EventIndex>);
static_assert(!Mixed<Address, trace::Ticks> && !Added<Address, trace::Ticks>);
static_assert(!Added<Address, Address>);
static_assert(std::same_as<decltype(Address(2) - Address(1)), uint64_t>);
static_assert(std::same_as<decltype(Address(2) - 1), Address>);

TEST(Address, ADistanceIsANumber) {
  const Address start(0x1000);
  EXPECT_EQ(start + 8 - start, 8U);
  EXPECT_LT(start, start + 1);
  // A range is one comparison, on both of its sides.
  EXPECT_FALSE(start - 1 - start < 0x100);
  EXPECT_FALSE(start + 0x100 - start < 0x100);
  EXPECT_TRUE(start + 0xff - start < 0x100);
}

TEST(Address, NowhereIsFalse) {
  EXPECT_FALSE(Address());
  EXPECT_TRUE(Address(1));
}

TEST(Address, IsWrittenInOneWay) {
  EXPECT_EQ(Address(0x7fff'0000'abcd).text(), "0x7fff0000abcd");
  EXPECT_EQ(Address().text(), "0x0");
  EXPECT_EQ(Address(UINT64_MAX).text(), "0xffffffffffffffff");
}

}  // namespace
}  // namespace weft
