/// Collects the places at which the coroutines of a program are to be watched.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "debugger/coroutines/coroutine_code.h"

namespace weft::coroutines {

/// A place, and what it means.
struct Watched {
  channel::Probe probe{};
  Meaning meaning{};
  trace::EventIndex from{1};
};

class CodeBuilder {
 public:
  /// What follows is about this file of the program.
  void begin_module(probes::Module module);
  probes::Module& module() { return code_.modules.back(); }
  Code& code() { return code_; }

  /// A coroutine of the module: its body's first instruction, in which `frame` is the register with
  /// the address of its frame, and its exits. Returns its number.
  uint32_t add_body(Coroutine coroutine, channel::ProbeRegister frame);
  /// A function that destroys frames: their address is its first argument.
  void add_destroyer(const probes::Function& function);
  /// Where an exception is caught, in the C++ runtime.
  void add_catch(const probes::Function& function);
  /// An instruction that may change a frame.
  Meaning& add_store(const probes::Store& store);
  /// The same, in the body of a coroutine.
  void add_store_in_body(const probes::Store& store, const Place& place);

  probes::CodeFacts facts_of(const probes::Function& function);
  Code finish();

 private:
  Watched& watch(uint64_t address, Meaning::Role role);

  Code code_;
  /// In the order in which they are armed.
  std::map<std::pair<trace::EventIndex, uint64_t>, Watched> watched_;
};

/// Finds the coroutines of one compiler among the functions of the builder's module.
using Language = void (*)(CodeBuilder& builder, const std::vector<probes::Function>& functions);
void add_gcc_coroutines(CodeBuilder& builder, const std::vector<probes::Function>& functions);
void add_rust_futures(CodeBuilder& builder, const std::vector<probes::Function>& functions);

}  // namespace weft::coroutines
