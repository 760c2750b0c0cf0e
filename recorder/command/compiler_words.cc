#include "recorder/command/compiler_words.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace weft::command {
namespace {

constexpr std::string_view kCompilerOption = "--compiler=";

/// Options whose value is the next word, which is therefore no file to compile.
constexpr std::array<std::string_view, 12> kTakesWord = {
    "-o", "-L", "-l", "-T", "-u", "-z", "-Xlinker", "-e", "-h", "-soname", "-rpath", "-MF"};

/// Endings of what goes straight to the linker.
constexpr std::array<std::string_view, 5> kLinked = {".o", ".a", ".so", ".lo", ".obj"};

bool is_linked(std::string_view file) {
  const auto is_end = [file](std::string_view ending) { return file.ends_with(ending); };
  return std::any_of(kLinked.begin(), kLinked.end(), is_end) ||
         file.find(".so.") != std::string_view::npos;
}

/// Is there anything to compile: a file that is not only linked, standard input, a language?
bool compiles(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "-" || word.starts_with("-x")) return true;
    if (std::find(kTakesWord.begin(), kTakesWord.end(), word) != kTakesWord.end()) {
      ++i;
    } else if (!word.starts_with('-') && !is_linked(word)) {
      return true;
    }
  }
  return false;
}

/// Asio, under the two names that it has.
struct Library {
  std::string_view name;    // for people
  std::string_view prefix;  // of its macros
  std::string_view header;  // of weft's handler tracking
};
constexpr std::array<Library, 2> kLibraries = {
    {{"Asio", "-DASIO", "asio_tracking.h"},
     {"Boost.Asio", "-DBOOST_ASIO", "boost_asio_tracking.h"}}};

/// A program that tracks its handlers itself goes on doing so.
bool tracks_itself(const std::vector<std::string>& words, const Library& library) {
  const std::string prefix(library.prefix);
  return std::any_of(words.begin(), words.end(), [&prefix](const std::string& word) {
    return word.starts_with(prefix + "_ENABLE_HANDLER_TRACKING") ||
           word.starts_with(prefix + "_CUSTOM_HANDLER_TRACKING");
  });
}

std::vector<std::string> split_at_spaces(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

CompilerCall compiler_call(const std::vector<std::string>& words, const std::string& fallback,
                           const std::string& include_folder) {
  CompilerCall call;
  std::string compiler = fallback;
  for (const std::string& word : words) {
    if (word.starts_with(kCompilerOption)) {
      compiler = word.substr(kCompilerOption.size());
    } else {
      call.arguments.push_back(word);
    }
  }
  call.compiler = split_at_spaces(compiler);
  if (!compiles(call.arguments)) return call;
  // The headers that stand in for the library's come first, before those of -isystem. The folder
  // itself comes last of all: an installation in /usr must not move /usr/include forward.
  std::vector<std::string> added = {"-I" + include_folder + "/weft/instrument/standard",
                                    "-idirafter", include_folder};
  // As trace.h does it, which would switch precompiled headers off: a compiler takes one only if it
  // is the first file that it is made to include.
  for (const Library& library : kLibraries) {
    if (tracks_itself(call.arguments, library)) {
      call.notes.push_back("weft: this program has its own handler tracking: " +
                           std::string(library.name) + " is not traced");
    } else {
      added.push_back(std::string(library.prefix) + "_CUSTOM_HANDLER_TRACKING=\"weft/instrument/" +
                      std::string(library.header) + "\"");
    }
  }
  call.arguments.insert(call.arguments.begin(), added.begin(), added.end());
  return call;
}

}  // namespace weft::command
