#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/compare/compare.h"

namespace weft::command {
namespace {

constexpr const char* kCompareDescription = R"(
DESCRIPTION
  Compares recordings of two versions of a program: before the `--` those of the
  one, after it those of the other. For each expression it compares how often it
  ran, and how long one task ran, was blocked, was ready and waited; also the
  requests' median and 99th percentile.

  Give several recordings for each side. Then it is known how much runs of the
  same version differ, and only what lies outside of that is shown: all values
  of one side are above all of the other. What does not occur in a recording
  ran zero times there. Changes of less than 2 % are left out. Expressions are
  known by name and file, not by line.

EXAMPLES
  weft compare old1.weft old2.weft old3.weft -- new1.weft new2.weft new3.weft
  weft compare --json old.weft -- new.weft | jq 'select(.figure == "running")'

EXIT STATUS
  0  success, also if nothing differs
  2  usage, or a recording cannot be read
  5  a trace is damaged or unfinished; what is readable was compared

SEE ALSO
  weft stats, weft requests)";

void add_compare_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::CompareOptions>();
  app.add_option("FILE", options->before, "Recordings of the first version")
      ->required()
      ->type_name("");
  app.add_option("--with", options->after, "Recordings of the second version; the same as --")
      ->type_name("FILE")
      ->expected(-1);
  app.add_flag("--all", options->all, "Also show what is within the noise");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, &exit_status] { exit_status = report::run_compare(*options); });
}

}  // namespace

Command compare_command() {
  return {"compare", "tell what differs between recordings of two versions",
          "[OPTIONS] FILE... -- FILE...", kCompareDescription, add_compare_options};
}

void separate_sides(std::vector<std::string>& words) {
  if (words.empty() || words.front() != "compare") return;
  for (std::string& word : words) {
    if (word == "--") word = "--with";
  }
}

}  // namespace weft::command
