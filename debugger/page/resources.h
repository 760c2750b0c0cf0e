/// The script and the style sheet of the page, bundled at build time (bundle.cmake) and linked in
/// (resources.S). Hashes are as a content security policy names them: "sha256-...".
#pragma once

#include <string_view>

#define WEFT_PAGE_RESOURCE(name)                                                     \
  extern "C" const char weft_page_##name##_begin[], weft_page_##name##_end[];        \
  namespace weft::page {                                                             \
  inline std::string_view name() {                                                   \
    return {weft_page_##name##_begin,                                                \
            static_cast<size_t>(weft_page_##name##_end - weft_page_##name##_begin)}; \
  }                                                                                  \
  }
WEFT_PAGE_RESOURCE(script)
WEFT_PAGE_RESOURCE(style)
WEFT_PAGE_RESOURCE(script_hash)
WEFT_PAGE_RESOURCE(style_hash)
#undef WEFT_PAGE_RESOURCE
