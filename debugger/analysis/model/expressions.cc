#include "debugger/analysis/model/expressions.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unordered_map>

namespace weft::analysis {

namespace {

struct Key {
  StringIndex name;
  uint32_t where;  ///< file of a function, place of an operation
  TaskKind kind;
  friend bool operator==(const Key&, const Key&) = default;
};
struct HashKey {
  size_t operator()(const Key& key) const {
    return (uint64_t{key.name.value()} << 24 ^ uint64_t{key.where} << 3 ^
            static_cast<uint64_t>(key.kind)) *
           0x9e3779b97f4a7c15u;
  }
};

/// A handler that was only handed on to an executor (a strand): the operation before it has the
/// same.
bool is_handed_on(const Model& model, const Task& task) {
  if (task.operation == kNone || task.parent == kNone || task.place == kNone) return false;
  const Task& parent = model.tasks[task.parent];
  return parent.kind == TaskKind::kHandler && parent.place == task.place &&
         model.strings[model.operations[task.operation].name].ends_with(".execute");
}

/// Where a task's function is known from: its creation, else its first suspension.
PlaceIndex known_place(const Model& model, const Task& task) {
  if (model.places[task.place].function != kNone) return task.place;
  const Segment& first = model.segments[model.segment_of(task, 0)];
  if (model.places[first.suspend_place].function != kNone) return first.suspend_place;
  return task.place;
}

Key key_of(const Model& model, const Task& task, PlaceIndex place) {
  if (task.operation != kNone)
    return {model.operations[task.operation].name, task.place.value(), task.kind};
  if (task.kind == TaskKind::kKernelThread) return {kNone, 0, task.kind};
  return {model.places[place].function, model.places[place].file.value(), task.kind};
}

/// The end of a balanced <...> or (...) that begins at `at`; npos if it has none.
size_t skip_balanced(std::string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '<' || text[at] == '(') ++depth;
    if ((text[at] == '>' || text[at] == ')') && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

/// Where the first lambda's name begins in that of its function, as GCC and demanglers put it.
size_t lambda_in(std::string_view function) {
  // Clang's symbol of one that no other file sees: "main::$_1::operator()() const".
  return std::min(
      {function.find("::<lambda("), function.find("::{lambda("), function.find("::$_")});
}

constexpr std::string_view kInternalFiles[] = {
    "/usr/include/", "/usr/lib/", "/boost/", "/asio/", "/asio.hpp", "/c++/", "/weft/instrument/"};
constexpr std::string_view kInternalFunctions[] = {
    "std::", "boost::", "asio::", "__gnu_cxx::", "weft::instrument"};
/// GCC's, Clang's and other names of a namespace without one.
constexpr std::string_view kUnnamed[] = {"{anonymous}::", "(anonymous namespace)::", "<unnamed>::"};

std::string without_unnamed(std::string_view function) {
  std::string text(function);
  for (const std::string_view part : kUnnamed) {
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
      text.erase(at, part.size());
  }
  return text;
}

/// An operator's name begins at `at`, and not just a word that begins like it.
bool names_operator(std::string_view function, size_t at) {
  constexpr std::string_view kOperator = "operator";
  const auto is_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
  };
  const size_t sign = at + kOperator.size();
  return function.substr(at).starts_with(kOperator) && (at == 0 || !is_word(function[at - 1])) &&
         sign < function.size() && !is_word(function[sign]);
}

/// "operator||" of "awaitable<T> ns::operator||(...)"; `begin`: where its qualified name begins.
std::string operator_name(std::string_view function, size_t begin) {
  const size_t sign = function.find("operator", begin) + std::string_view("operator").size();
  size_t end = function.find('(', sign == function.find('(', sign) ? sign + 1 : sign);
  // "operator||<T, U>": template arguments, but not of "operator<".
  const size_t angle = function.find('<', sign + 1);
  if (angle < end && function[sign] != '<') end = angle;
  return std::string(function.substr(begin, end == std::string_view::npos ? end : end - begin));
}

bool is_internal_place(const Model& model, PlaceIndex number, TaskKind kind) {
  const Place& place = model.places[number];
  if (kind == TaskKind::kHandler && place.function == kNone)
    return true;  // nobody said whose it is
  if (is_library_file(model.strings[place.file])) return true;
  // Only the name counts: many a user's function returns something of boost's.
  const std::string function = short_function(model.strings[place.function]);
  for (const std::string_view space : kInternalFunctions) {
    if (function.starts_with(space)) return true;
  }
  return false;
}

}  // namespace

void build_expressions(Model& model) {
  std::unordered_map<Key, ExpressionIndex, HashKey> known;
  for (const TaskIndex number : model.tasks.numbers()) {
    Task& task = model.tasks[number];
    const PlaceIndex place = known_place(model, task);
    const Key key = key_of(model, task, place);
    auto [at, is_new] = known.try_emplace(key, kNone);
    if (is_new)
      at->second = model.expressions.add(
          {key.name, place, 0, task.kind,
           is_handed_on(model, task) || is_internal_place(model, place, task.kind)});
    task.expression = at->second;
    ++model.expressions[at->second].tasks;
  }
}

std::string demangled_symbol(const std::string& symbol) {
  return symbol.starts_with("_Z") ? demangled_type(symbol) : symbol;
}

std::string demangled_type(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> written(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && written ? written.get() : name;
}

std::string short_function(std::string_view whole) {
  const std::string text = without_unnamed(whole.substr(0, whole.find(" [with ")));
  const std::string_view function = text;
  const size_t lambda = lambda_in(function);
  if (lambda != std::string_view::npos && lambda > 0)
    return short_function(function.substr(0, lambda)) + "::<lambda>";
  if (function.find("lambda") != std::string_view::npos) {
    const size_t blank = function.substr(0, function.find('(')).rfind(' ');
    return std::string(blank == std::string_view::npos ? function : function.substr(blank + 1));
  }
  // The last name before the arguments: after the last blank outside of <> and ().
  size_t begin = 0, at = 0;
  while (at < function.size() && function[at] != '(') {
    if (function[at] == ' ' || function[at] == '*' || function[at] == '&') begin = at + 1;
    if (names_operator(function, at)) return operator_name(function, begin);
    if (function[at] != '<') {
      ++at;
      continue;
    }
    const size_t end = skip_balanced(function, at);
    if (end == std::string_view::npos) return text;
    if (end >= function.size() || function[end] == '(')
      return std::string(function.substr(begin, at - begin));  // the function's own arguments
    at = end;
  }
  return at > begin ? std::string(function.substr(begin, at - begin)) : text;
}

std::string expression_name(const Model& model, ExpressionIndex number) {
  const Expression& expression = model.expressions[number];
  const std::string_view name = model.strings[expression.name];
  if (name.empty()) {
    constexpr const char* kNamesOfKinds[kTaskKinds] = {"task",   "coroutine", "handler", "fiber",
                                                       "thread", "task",      "thread"};
    return kNamesOfKinds[static_cast<size_t>(expression.kind) % kTaskKinds];
  }
  if (expression.kind != TaskKind::kHandler) return short_function(name);
  if (expression.internal) return std::string(name);
  return fmt::format("{} ({})", handler_function(model, expression.place),
                     name.substr(name.find('.') + 1));
}

std::string handler_function(const Model& model, PlaceIndex number) {
  const std::string_view function = model.strings[model.places[number].function];
  return function.empty() ? "" : short_function(function.substr(0, lambda_in(function)));
}

std::string task_name(const Model& model, TaskIndex number) {
  const Task& task = model.tasks[number];
  const std::string name(model.strings[task.name]);
  if (task.kind == TaskKind::kKernelThread) {
    const std::string thread = "thread " + std::to_string(task.thread.value());
    const std::string& called = name.empty() ? handler_function(model, task.place) : name;
    return called.empty() ? thread : called + " (" + thread + ")";
  }
  if (!name.empty()) return name;
  return expression_name(model, task.expression);
}

bool is_library_file(std::string_view file) {
  const auto is_in = [file](std::string_view part) {
    return file.find(part) != std::string_view::npos;
  };
  return std::ranges::any_of(kInternalFiles, is_in);
}

bool is_internal(const Model& model, TaskIndex task) {
  return model.expressions[model.tasks[task].expression].internal;
}

}  // namespace weft::analysis
