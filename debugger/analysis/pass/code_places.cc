#include "debugger/analysis/pass/code_places.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "debugger/analysis/model/expressions.h"
#include "replayer/session/symbolizer.h"

namespace weft::analysis {

namespace {

std::optional<uint64_t> code_address(std::string_view file) {
  uint64_t address = 0;
  if (file.size() < 2 || file.front() != '@') return std::nullopt;
  const char* end = file.data() + file.size();
  const auto [at, error] = std::from_chars(file.data() + 1, end, address, 16);
  if (error != std::errc() || at != end) return std::nullopt;
  return address;
}

/// Clang's name of a lambda's class says where it is: "(lambda at FILE:LINE:COLUMN)". The function
/// around it is in the symbol of its code.
void read_lambda(const session::Symbolizer::SourceLine& source, Model& model, Place& place) {
  constexpr std::string_view kLambda = "(lambda at ";
  const std::string name(model.strings[place.function]);
  if (!name.starts_with(kLambda)) return;
  const size_t column = name.rfind(':');
  const size_t line =
      column == std::string::npos || column == 0 ? column : name.rfind(':', column - 1);
  if (place.line == 0 && line != std::string::npos && line > kLambda.size()) {
    std::from_chars(name.data() + line + 1, name.data() + column, place.line);
    place.file = model.strings.add(name.substr(kLambda.size(), line - kLambda.size()));
  }
  const std::string function = demangled_symbol(source.function);
  place.function = model.strings.add(function.empty() ? "<lambda>" : function);
}

}  // namespace

void resolve_code_places(const session::ModuleMap& modules, Model& model) {
  std::optional<session::Symbolizer> symbols;  // opens files: only if it is asked
  for (const auto i : model.places.numbers()) {
    Place& place = model.places[i];
    const auto address = code_address(model.strings[place.file]);
    session::Symbolizer::SourceLine source;
    if (address) {
      if (!symbols) symbols.emplace(modules);
      source = symbols->source_of(*address);
      place.file = model.strings.add(source.file);
      place.line = source.line > 0 ? static_cast<uint32_t>(source.line) : 0;
    }
    read_lambda(source, model, place);
    if (address && place.function == kNone)
      place.function = model.strings.add(demangled_symbol(source.function));
  }
}

}  // namespace weft::analysis
