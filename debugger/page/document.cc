#include "debugger/page/document.h"

#include <fmt/format.h>

#include "debugger/page/resources.h"

namespace weft::page {

void Document::begin(std::string_view title) {
  const std::string policy = fmt::format(
      "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
      script_hash(), style_hash());
  file_.write(fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>)",
                          policy, html_text(title)));
  file_.write(style());
  file_.write(
      "</style>\n</head>\n<body>\n<noscript>This page needs JavaScript; it loads nothing from "
      "elsewhere.</noscript>\n");
}

void Document::add_block_text(std::string_view id, std::string_view embedded_json) {
  file_.write(fmt::format("<script type=\"application/json\" id=\"{}\">", html_text(id)));
  file_.write(embedded_json);
  file_.write("</script>\n");
}

void Document::end() {
  file_.write("<script>");
  file_.write(script());
  file_.write("</script>\n</body>\n</html>\n");
}

}  // namespace weft::page
