#include "debugger/process/runtime_symbols.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace weft::process {
namespace {

TEST(RuntimeSymbols, AreInWeftRuntime) {
  const auto symbols = read_runtime_symbols(WEFT_RUNTIME);
  ASSERT_TRUE(symbols) << symbols.error().message;
  EXPECT_TRUE(symbols->threads);
  EXPECT_TRUE(symbols->log);
}

/// One whose structures are laid out in another way, or that does not say.
TEST(RuntimeSymbols, OfAnotherVersionAreRefused) {
  const std::string other =
      std::filesystem::temp_directory_path() / ("weft-runtime-" + std::to_string(::getpid()));
  const std::string strip = "objcopy --strip-symbol=weft_inside_version " WEFT_RUNTIME " " + other;
  ASSERT_EQ(std::system(strip.c_str()), 0);
  const auto symbols = read_runtime_symbols(other);
  std::filesystem::remove(other);
  ASSERT_FALSE(symbols);
  EXPECT_EQ(symbols.error().message, other + " is not of the version of this weft debug");
}

}  // namespace
}  // namespace weft::process
