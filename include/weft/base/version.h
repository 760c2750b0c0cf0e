/// The version of weft, from the build.
#pragma once

namespace weft {

#ifdef WEFT_VERSION
inline constexpr const char* kVersion = WEFT_VERSION;
#else
inline constexpr const char* kVersion = "unknown";
#endif

}  // namespace weft
