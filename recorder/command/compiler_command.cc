#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "recorder/command/commands.h"
#include "recorder/command/compiler_words.h"
#include "weft/base/human_text.h"
#include "weft/command/installation.h"

namespace weft::command {
namespace {

constexpr const char* kSynopsis = "[--compiler=COMPILER] ARGUMENT...";

constexpr const char* kCxxDescription = R"(
DESCRIPTION
  Use it in place of the C++ compiler, in any build system. It runs the compiler
  with the given arguments, and adds a folder of headers and two macros. With
  them, each coroutine and each Asio operation tells weft when it is created,
  suspended, resumed and ended, whenever the program is recorded. The source
  code does not change.

  Build all parts of a program with it, static libraries included.

  The compiler's exit status, output and dependency files are what they are
  without weft. A call that only links is passed on unchanged.

ENVIRONMENT
  WEFT_CXX names the compiler if --compiler does not. Without either, it is g++.

EXAMPLES
  CXX="weft c++" make
  CXX="weft c++" ./configure
  WEFT_CXX=clang++-19 weft c++ -std=c++20 -g -O2 server.cc -o server

EXIT STATUS
  The compiler's own exit status. Otherwise:

  2  the compiler cannot be run, or weft's headers are missing

SEE ALSO
  weft record, weft requests; in CMake, weft_trace() after find_package(weft))";

constexpr const char* kCcDescription = R"(
DESCRIPTION
  The same as `weft c++`, in place of the C compiler. It is for build systems
  that compile C++ files with the C compiler's command, or that need both
  compilers to come from the same place. C files are compiled as without weft: C
  has nothing to trace.

ENVIRONMENT
  WEFT_CC names the compiler if --compiler does not. Without either, it is gcc.

EXAMPLES
  CC="weft cc" CXX="weft c++" make

EXIT STATUS
  The compiler's own exit status. Otherwise:

  2  the compiler cannot be run, or weft's headers are missing

SEE ALSO
  weft c++)";

std::string from_environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

/// The folder that holds weft/instrument/trace.h: ../include (installed, and in a build tree).
Result<std::string> find_headers() {
  const auto folder = (own_folder() / "../include").lexically_normal();
  if (::access((folder / "weft/instrument/trace.h").c_str(), R_OK) == 0) return folder.string();
  return Error{ErrorClass::kUsage, "weft's headers are missing: they belong in " + folder.string(),
               how_to_get("weft", "weft")};
}

/// Returns only if the compiler could not be run.
Error run_compiler(const CompilerCall& call) {
  for (const std::string& note : call.notes) std::fprintf(stderr, "%s\n", note.c_str());
  std::vector<char*> words;
  for (const std::string& word : call.compiler) words.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& word : call.arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  if (call.compiler.empty()) return {ErrorClass::kUsage, "which compiler?", "see weft c++ --help"};
  ::execvp(words.front(), words.data());
  return {ErrorClass::kUsage,
          "cannot run the compiler " + call.compiler.front() + ": " + std::strerror(errno),
          "choose another one: weft c++ --compiler=COMPILER, or WEFT_CXX=COMPILER"};
}

/// For the help only: run_compiler_command() takes all other calls before any word is parsed.
void add_compiler_options(CLI::App& app, int& /*exit_status*/) {
  app.add_option("ARGUMENT", "An argument of the compiler")->type_name("");
  app.add_option("--compiler", "The compiler to run")->type_name("COMPILER");
}

}  // namespace

bool is_compiler_command(const std::vector<std::string>& words) {
  const bool named = !words.empty() && (words[0] == "c++" || words[0] == "cc");
  return named && !(words.size() > 1 && (words[1] == "--help" || words[1] == "-h"));
}

int run_compiler_command(const std::vector<std::string>& words) {
  const auto headers = find_headers();
  if (!headers) return report_error(headers.error());
  const std::string fallback =
      words[0] == "c++" ? from_environment("WEFT_CXX", "g++") : from_environment("WEFT_CC", "gcc");
  return report_error(
      run_compiler(compiler_call({words.begin() + 1, words.end()}, fallback, *headers)));
}

Command cxx_command() {
  return {"c++", "compile C++ with the tracing flag", kSynopsis, kCxxDescription,
          add_compiler_options};
}

Command cc_command() {
  return {"cc", "compile C as part of a traced program", kSynopsis, kCcDescription,
          add_compiler_options};
}

}  // namespace weft::command
