#include "debugger/coroutines/coroutine_code.h"

#include "debugger/coroutines/code_builder.h"

namespace weft::coroutines {
namespace {

constexpr Language kLanguages[] = {add_gcc_coroutines, add_rust_futures};

}  // namespace

Code find_coroutines(std::span<const std::byte> log) {
  CodeBuilder builder;
  for (const probes::CodeMapping& code : probes::code_mappings(log)) {
    builder.begin_module(probes::Module(code));
    const std::vector<probes::Function> functions = builder.module().functions();
    for (const Language language : kLanguages) language(builder, functions);
  }
  return builder.finish();
}

}  // namespace weft::coroutines
