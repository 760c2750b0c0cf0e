#include "debugger/shell/session/stack_words.h"

#include <gtest/gtest.h>

#include "debugger/report/text/terminal.h"

namespace weft::shell {
namespace {

StackFrame frame(unsigned index, CodeOwner owner, const std::string& function,
                 const std::string& library = "") {
  return {index, owner, "server", library, function, "id=7", "shop.cc", 48, false};
}

TEST(FrameText, GivesUpArgumentsThenTheFileThenScopes) {
  const StackFrame one = frame(4, CodeOwner::kProgram, "shop::Page::render<...>");
  EXPECT_EQ(frame_text(one, 80), "frame #4: server`shop::Page::render<...>(id=7) at shop.cc:48");
  EXPECT_EQ(frame_text(one, 59), "frame #4: server`shop::Page::render<...>(...) at shop.cc:48");
  EXPECT_EQ(frame_text(one, 52), "frame #4: shop::Page::render<...>(...) at shop.cc:48");
  EXPECT_EQ(frame_text(one, 45), "frame #4: render<...>(...) at shop.cc:48");
}

TEST(FrameText, OfAFrameWithoutNamesThereIsItsFile) {
  StackFrame one{3, CodeOwner::kLibrary, "libc.so.6", "libc.so.6", "", "", "", 0, false};
  EXPECT_EQ(frame_text(one, 80), "frame #3: libc.so.6`??");
}

TEST(StackText, FoldsLibrariesBetweenThePrograms) {
  std::vector<StackFrame> frames = {
      frame(0, CodeOwner::kLibrary, "__send", "libc.so.6"),
      frame(1, CodeOwner::kLibrary, "flush", "libpq.so.5"),
      frame(2, CodeOwner::kProgram, "query"),
      frame(3, CodeOwner::kWeft, "resume"),
      frame(4, CodeOwner::kLibrary, "run", "Boost.Asio"),
      frame(5, CodeOwner::kLibrary, "do_run", "Boost.Asio"),
      frame(6, CodeOwner::kProgram, "main"),
      frame(7, CodeOwner::kLibrary, "__libc_start_main", "libc.so.6"),
  };
  frames[2].selected = true;
  EXPECT_EQ(stack_text(frames, 80),
            "    frame #0: server`__send(id=7) at shop.cc:48\n"
            "    ... 1 frame of libpq.so.5\n"
            "  * frame #2: server`query(id=7) at shop.cc:48\n"
            "    ... 2 frames of Boost.Asio\n"
            "    frame #6: server`main(id=7) at shop.cc:48\n");
}

TEST(StackText, NoLineIsWiderThanTheScreen) {
  std::vector<StackFrame> frames;
  for (unsigned i = 0; i < 40; ++i) {
    const auto owner = i % 3 == 0 ? CodeOwner::kProgram : CodeOwner::kLibrary;
    frames.push_back(frame(i, owner, std::string(i, 'n') + "::" + std::string(3 * i, 'f'),
                           "library" + std::to_string(i)));
    frames.back().arguments = std::string(2 * i, 'a');
  }
  const std::string text = stack_text(frames, 80);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    EXPECT_LE(report::columns_of(text.substr(at, end - at)), 80u) << text.substr(at, end - at);
    at = end + 1;
  }
}

}  // namespace
}  // namespace weft::shell
