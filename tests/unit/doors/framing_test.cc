#include "debugger/messages/framing.h"

#include <gtest/gtest.h>

#include <vector>

namespace weft::messages {
namespace {

/// What comes out if the bytes come in one by one: texts, and errors with "!" before them.
std::vector<std::string> split(Framing framing, std::string_view bytes) {
  Splitter splitter(framing);
  std::vector<std::string> all;
  for (const char byte : bytes) {
    splitter.add({&byte, 1});
    while (const auto message = splitter.next())
      all.push_back(message->error.empty() ? message->text : "!" + message->error);
  }
  if (const std::string error = splitter.left_over(); !error.empty()) all.push_back("!" + error);
  return all;
}

using Texts = std::vector<std::string>;

TEST(Framing, Lines) {
  EXPECT_EQ(split(Framing::kLines, "{}\n\n \r\n[1]\r\n"), (Texts{"{}", "[1]\r"}));
  EXPECT_EQ(split(Framing::kLines, "{}\n{"), (Texts{"{}", "!the last message is not complete"}));
}

TEST(Framing, ALineThatIsTooLongIsOneError) {
  Splitter splitter(Framing::kLines);
  size_t errors = 0;
  for (int i = 0; i < 10; ++i) {
    splitter.add(std::string(Splitter::kMostBytes / 2, 'x'));
    while (const auto message = splitter.next()) errors += message->error.empty() ? 0 : 1;
  }
  splitter.add("x\nnext\n");
  EXPECT_EQ(splitter.next()->text, "next");
  EXPECT_EQ(errors, 1u);
}

TEST(Framing, Headers) {
  EXPECT_EQ(split(Framing::kHeaders,
                  "Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x; "
                  "charset=utf-8\r\n\r\n[1]"),
            (Texts{"{}", "[1]"}));
  EXPECT_EQ(split(Framing::kHeaders, framed(Framing::kHeaders, "{\n}")), Texts{"{\n}"});
  EXPECT_EQ(split(Framing::kHeaders, "Content-Length: 5\r\n\r\n{}"),
            Texts{"!the last message is not complete"});
}

TEST(Framing, AWrongHeaderIsOneErrorAndTheEnd) {
  for (const char* head :
       {"Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n",
        "Content-Length: 9999999999\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "Content-Length: 2\r\nX: y\r\n\r\n{}",
        "Content-Type: x\r\n\r\n{}", "\r\n\r\nContent-Length: 2\r\n\r\n{}"}) {
    Splitter splitter(Framing::kHeaders);
    splitter.add(head);
    EXPECT_FALSE(splitter.next()->error.empty()) << head;
    EXPECT_TRUE(splitter.lost());
    splitter.add("Content-Length: 2\r\n\r\n{}");
    EXPECT_FALSE(splitter.next());
  }
}

}  // namespace
}  // namespace weft::messages
