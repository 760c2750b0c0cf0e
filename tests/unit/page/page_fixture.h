/// Pages of small recorded stories, and what is in their blocks.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "debugger/page/page.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::page::test {

class PageTest : public report::test::ReportTest {
 protected:
  std::string out_path() const { return path() + ".html"; }

  /// Runs `weft report` and keeps what it said.
  int run(PageOptions options = {}) {
    char *said = nullptr, *errors = nullptr;
    size_t said_bytes = 0, error_bytes = 0;
    options.path = path();
    if (options.out_path.empty()) options.out_path = out_path();
    options.use_index = false;
    options.out = ::open_memstream(&said, &said_bytes);
    options.error_out = ::open_memstream(&errors, &error_bytes);
    const int status = run_page(options);
    std::fclose(options.out);
    std::fclose(options.error_out);
    errors_ = errors;
    for (size_t at; (at = errors_.find(path())) != std::string::npos;)
      errors_.replace(at, path().size(), "FILE");
    std::free(said);
    std::free(errors);
    return status;
  }

  std::string page(const PageOptions& options = {}) {
    EXPECT_EQ(run(options), 0) << errors_;
    return trace::test::read_file(out_path());
  }

  static std::string block_text(const std::string& html, const std::string& id) {
    const std::string begin = "<script type=\"application/json\" id=\"" + id + "\">";
    const size_t at = html.find(begin);
    if (at == std::string::npos) return "";
    const size_t from = at + begin.size();
    return html.substr(from, html.find("</script>", from) - from);
  }
  static nlohmann::json block(const std::string& html, const std::string& id) {
    return nlohmann::json::parse(block_text(html, id), nullptr, false);
  }

  trace::EventIndex note(const std::string& key, const std::string& value, uint64_t current) {
    return hook(trace::HookKind::kNote, {current}, {key, value});
  }

  std::string errors_;
};

}  // namespace weft::page::test
