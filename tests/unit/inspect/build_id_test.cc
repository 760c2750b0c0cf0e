#include "replayer/inspect/build_id.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <vector>

namespace weft::inspect {
namespace {

std::vector<std::byte> own_image() {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = std::as_bytes(std::span(all)).first(std::min<size_t>(all.size(), 65536));
  return {bytes.begin(), bytes.end()};
}

TEST(BuildId, OfAnImage) {
  const std::string id = build_id_of(own_image());
  EXPECT_EQ(id.size(), 40u);  // SHA-1, what the linker makes by default
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(BuildId, OfOtherFiles) {
  EXPECT_EQ(build_id_of({}), "");
  const std::string text = "#!/bin/sh\n" + std::string(200, 'x');
  EXPECT_EQ(build_id_of(std::as_bytes(std::span(text))), "");
}

TEST(BuildId, AnImageMayHaveNone) {
  const auto image = own_image();
  EXPECT_TRUE(is_elf(image));
  EXPECT_TRUE(is_elf(std::span(image).first(4)));
  EXPECT_FALSE(is_elf({}));
  const std::string text = "#!/bin/sh";
  EXPECT_FALSE(is_elf(std::as_bytes(std::span(text))));
}

TEST(BuildId, OfCutAndDamagedImages) {
  const auto image = own_image();
  for (size_t bytes = 0; bytes < 2000; bytes += 7) build_id_of(std::span(image).first(bytes));
  std::mt19937 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    auto damaged = image;
    for (int n = 0; n < 8; ++n) damaged[random() % 1200] = static_cast<std::byte>(random());
    build_id_of(damaged);
  }
}

}  // namespace
}  // namespace weft::inspect
