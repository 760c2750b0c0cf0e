/// std::random_device reads the CPU (rdrand, rdseed), which no recorder sees. In each image that
/// defines it the function behind it is replaced by one that asks the kernel (getrandom), which is
/// recorded.
#pragma once

#include "recorder/runtime/sites/function_table.h"

namespace weft::runtime {

/// Record: patches the function if `mapping` has it, and logs the patch as kData.
void replace_random_device(const Thread* thread, const FileMapping& mapping,
                           const FunctionTable& functions);

}  // namespace weft::runtime
