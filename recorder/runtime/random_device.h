/// std::random_device reads the CPU (rdrand, rdseed), which no recorder sees. In each image that
/// defines it the function behind it is replaced by one that asks the kernel (getrandom), which is
/// recorded.
#pragma once

#include "recorder/runtime/memory_map.h"

namespace weft::runtime {

/// Record: `mapping` is text of an ELF file that has just been mapped and logged. Patches it, and
/// logs the patch as kData, if the file is libstdc++ or a program that contains it.
void replace_random_device(const Thread* thread, const FileMapping& mapping, const char* path);

}  // namespace weft::runtime
