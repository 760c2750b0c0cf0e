/// Names of functions in Rust programs, as rustc's older mangling has them (up to rustc 1.9x; the
/// newer one, `_R...`, is left as it is).
#pragma once

#include <string>
#include <string_view>

namespace weft::spans {

/// "shop::query::{{closure}}" (the body of an async fn) of
/// "shop::query::_$u7b$$u7b$closure$u7d$$u7d$::h0123456789abcdef", which is what demanglers of C++
/// make of such a symbol. Empty: it is no such name.
std::string rust_name(std::string_view demangled);

}  // namespace weft::spans
