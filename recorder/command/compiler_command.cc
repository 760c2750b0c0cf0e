#include <unistd.h>

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

constexpr const char* kCxxDescription = R"(
DESCRIPTION
  Stands in for the C++ compiler in any build system. Runs the compiler with all arguments, and a
  folder of headers and two macros more: with them, and no change of source, each coroutine and each
  Asio operation tells weft when it is created, suspended, resumed and ended, if the program is
  recorded.

  The compiler is COMMAND, else $WEFT_CXX, else g++. It takes this command's place (exec): exit
  status, output and dependency files are its own. A call that only links is passed on unchanged.

  All of a program is to be built with it, static libraries included.

EXAMPLES
  CXX="weft c++" make
  CXX="weft c++" ./configure
  WEFT_CXX=clang++-19 weft c++ -std=c++20 -g -O2 server.cc -o server

EXIT STATUS
  The compiler's own; 2 if it cannot be run, or weft's headers are missing

SEE ALSO
  weft record, weft requests; weft_trace() in CMake, after find_package(weft))";

constexpr const char* kCcDescription = R"(
DESCRIPTION
  What weft c++ is to a C++ compiler, for build systems that want both from one place, or that
  compile C++ through the C compiler's command. C has nothing to trace: C files come out the same.

  The compiler is COMMAND, else $WEFT_CC, else gcc.

EXAMPLES
  CC="weft cc" CXX="weft c++" make

EXIT STATUS
  The compiler's own; 2 if it cannot be run, or weft's headers are missing

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
  return Error{ErrorClass::kUsage,
               "weft's headers are missing: they belong into " + folder.string(),
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
          "name another one: weft c++ --compiler=COMMAND, or WEFT_CXX=COMMAND"};
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
  return {"c++", "compile C++ with the tracing flag",
          "[--compiler=COMMAND] [COMPILER ARGUMENTS...]", kCxxDescription};
}

Command cc_command() {
  return {"cc", "compile C as part of a traced program",
          "[--compiler=COMMAND] [COMPILER ARGUMENTS...]", kCcDescription};
}

}  // namespace weft::command
