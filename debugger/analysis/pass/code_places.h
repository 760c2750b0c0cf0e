/// Places of which the program could tell only the address of their code (weft_place.file "@" and a
/// hexadecimal number: handlers of Asio): file and line come from debug information, as far as
/// there is any.
#pragma once

#include "debugger/analysis/model/model.h"
#include "replayer/session/module_map.h"

namespace weft::analysis {

void resolve_code_places(const session::ModuleMap& modules, Model& model);

}  // namespace weft::analysis
