/// A tool of `weft mcp`: a row of a table. The tables are in this folder, one for each family.
///
///   tools/call ──> Arguments::check ──> Tool::run ──> Answer ──> one page of its text, and a footer:
///                                                     the event, the page, the command for more
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "debugger/shell/session/client_session.h"
#include "debugger/shell/session/command.h"

namespace weft::mcp {

using Json = nlohmann::ordered_json;

using Recording = shell::OpenRecording;

enum class ParameterKind : uint8_t { kText, kNumber, kFlag };
enum class Need : uint8_t { kRequired, kOptional };

struct Parameter {
  const char* name;
  ParameterKind kind;
  Need need;
  const char* description;
};

/// What a client gave a tool, checked against its parameters.
class Arguments {
 public:
  /// A text is one line; a number may come as a text of digits, and the other way round. An error
  /// names the argument that is wrong.
  static Result<Arguments> check(const Json& given, std::span<const Parameter> parameters);

  std::optional<std::string> text(const char* name) const;
  std::optional<uint64_t> number(const char* name) const;
  bool flag(const char* name) const;
  /// Which page of the answer, from 1 on.
  uint64_t page() const { return number(kPage).value_or(1); }

  static constexpr const char* kPage = "page";

 private:
  Json values_ = Json::object();
};

/// What a tool says.
struct Answer {
  bool succeeded = true;
  std::string text{};
  std::string command{};  ///< for a terminal: shows the same, and more; empty: there is none
  uint64_t pages = 0;     ///< `text` is one page of so many; 0: it is all of them
};
Answer failed(const std::string& text);
Answer failed(const Error& error);

/// Which recording is open, and how to open another one.
class Desk {
 public:
  virtual ~Desk() = default;
  /// Null: none is open.
  virtual Recording* recording() = 0;
  /// In place of the one that is open, which stays if this fails.
  virtual Status open(const std::string& path) = 0;
};

struct Tool {
  const char* name;
  const char* title;
  const char* description;
  std::span<const Parameter> parameters;
  /// Of a tool that looks at a recording; else null.
  Answer (*look)(Recording& recording, const Arguments& arguments);
  /// Of one that needs none.
  Answer (*run)(Desk& desk, const Arguments& arguments) = nullptr;
};

/// All of them, in the order in which they are listed.
std::span<const Tool> all_tools();
/// Null: there is none.
const Tool* find_tool(const std::string& name);

// What all_tools() is made of.
std::span<const Tool> recording_tools();  ///< recording_tools.cc: the whole recording
std::span<const Tool> moment_tools();     ///< moment_tools.cc: the program at a moment
std::span<const Tool> cause_tools();      ///< cause_tools.cc: events, and what caused what

/// "weft COMMAND FILE", with the file's name as a shell needs it.
std::string terminal_command(const Recording& recording, const std::string& command);
/// "weft debug -c 'goto 12' -c 'where' FILE": at the moment where the recording stands.
std::string debug_command(Recording& recording, std::initializer_list<std::string> commands);

}  // namespace weft::mcp
