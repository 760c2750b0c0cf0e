/// What an instruction does to the flags that a program computes with: CF PF AF ZF SF OF.
///
/// It leaves some undefined, and these differ between makers of processors: after shr $40, OF on
/// AMD is not OF on Intel. A moment between two instructions is recognised on another machine only
/// if all flags are defined there (stepping.cc). Intel SDM volume 1, appendix A. AF after logical
/// instructions is undefined too, but is 0 on all processors.
#pragma once

#include <cstdint>

#include "recorder/runtime/code/instruction.h"

namespace weft::runtime {

enum class FlagEffect : uint8_t {
  kKeeps,    ///< all of them, or changes only one to a defined value
  kDefines,  ///< all; but CF stays as it is after inc and dec
  kBlurs,    ///< some are undefined
};

FlagEffect flag_effect(const Instruction& instruction, const uint8_t* bytes);

}  // namespace weft::runtime
