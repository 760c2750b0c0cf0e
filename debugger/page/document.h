/// The HTML around the JSON blocks: one file that needs nothing else.
///
/// What runs in it is the bundle of debugger/page/web and nothing more: the content security policy
/// names it by its hash, and allows no connection, no image, no frame, no style but its own. The JSON
/// blocks are script elements of a type that browsers do not run.
#pragma once

#include <string>
#include <string_view>

#include "debugger/page/json_block.h"
#include "debugger/report/output/output_file.h"

namespace weft::page {

class Document {
 public:
  Document(report::OutputFile& file, std::string_view title) : file_(file) { begin(title); }

  /// A block that the page finds by its ID.
  void add_block(std::string_view id, const Json& json) { add_block_text(id, embedded(json)); }
  void add_block_text(std::string_view id, std::string_view embedded_json);
  void end();

 private:
  void begin(std::string_view title);

  report::OutputFile& file_;
};

}  // namespace weft::page
