/// std::random_device reads the CPU (rdrand, rdseed), which no recorder sees. In each image that
/// defines it the function behind it is replaced by one that asks the kernel (getrandom), which is
/// recorded.
#pragma once

#include "recorder/runtime/memory/memory_map.h"

namespace weft::runtime {

/// Record: patches the function, which lies in `mapping`, and logs the patch as kData.
void replace_random_device(const Thread* thread, const FileMapping& mapping, uint64_t function);

}  // namespace weft::runtime
