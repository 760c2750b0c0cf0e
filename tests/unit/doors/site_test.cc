// What weft serve answers, and what it refuses.
#include "debugger/serve/site.h"

#include <gtest/gtest.h>

namespace weft::serve {
namespace {

class SiteTest : public testing::Test {
 protected:
  Site site_{"0123456789abcdef", 8080, [](const std::string& request, std::string& page) {
               page = request == "99" ? "there is no request 99" : "page " + request;
               return request != "99";
             }};
  Answered get(const std::string& target, const std::string& host = "127.0.0.1:8080",
               const std::string& origin = "", const std::string& method = "GET") {
    return site_.answer({method, target, host, origin});
  }
};

TEST_F(SiteTest, PageAndRequests) {
  EXPECT_EQ(site_.url(), "http://127.0.0.1:8080/0123456789abcdef/");
  EXPECT_EQ(get("/0123456789abcdef/").body, "page ");
  EXPECT_EQ(get("/0123456789abcdef/").type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/0123456789abcdef/request/7", "localhost:8080").body, "page 7");
  EXPECT_EQ(get("/0123456789abcdef").status, 308u);
  EXPECT_EQ(get("/0123456789abcdef").location, "/0123456789abcdef/");
  EXPECT_EQ(get("/0123456789abcdef/request/99").status, 404u);
}

TEST_F(SiteTest, NothingWithoutTheToken) {
  for (const char* target : {"", "/", "*", "/0123456789abcdee/", "/0123456789abcdefg", "/../etc",
                             "0123456789abcdef/", "/0123456789abcde", "/request/7"})
    EXPECT_EQ(get(target).status, 404u) << target;
  for (const char* rest : {"x", "../x", "request", "//", "page.html"})
    EXPECT_EQ(get(std::string("/0123456789abcdef/") + rest).status, 404u) << rest;
  EXPECT_EQ(get("/0123456789abcdef/request/" + std::string(100, '1')).status, 404u);
}

TEST_F(SiteTest, NothingForOtherSites) {
  const std::string page = "/0123456789abcdef/";
  for (const char* host : {"", "evil.example", "evil.example:8080", "127.0.0.1", "127.0.0.1:80"})
    EXPECT_EQ(get(page, host).status, 403u) << host;
  EXPECT_EQ(get(page, "127.0.0.1:8080", "http://evil.example").status, 403u);
  EXPECT_EQ(get(page, "127.0.0.1:8080", "null").status, 403u);
  EXPECT_EQ(get(page, "127.0.0.1:8080", "http://127.0.0.1:8080").status, 200u);
  EXPECT_EQ(get(page, "127.0.0.1:8080", "", "POST").status, 405u);
  EXPECT_EQ(get(page, "127.0.0.1:8080", "", "HEAD").status, 200u);
}

TEST(RandomToken, IsAnotherEachTime) {
  const std::string token = random_token();
  EXPECT_EQ(token.size(), 32u);
  EXPECT_NE(token, random_token());
}

}  // namespace
}  // namespace weft::serve
