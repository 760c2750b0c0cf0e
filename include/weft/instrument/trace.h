/// The tracing flag: what `weft c++` and weft_trace() put in front of every translation unit
/// (-include weft/instrument/trace.h). Nothing of it is for users' code to name.
///
/// C++20: coroutines, and Asio. Older C++: Asio. C: nothing.
#pragma once
#pragma GCC system_header

#if defined(__cplusplus) && defined(__linux__) && defined(__x86_64__)

#if __cplusplus >= 202002L && defined(__cpp_impl_coroutine)
#include "weft/instrument/coroutine.h"
#endif

// Asio asks for a header by these names. A program that tracks its handlers itself goes on doing
// so.
#if defined(BOOST_ASIO_ENABLE_HANDLER_TRACKING) || defined(BOOST_ASIO_CUSTOM_HANDLER_TRACKING)
#pragma message("weft: this program has a handler tracking of its own: Boost.Asio is not traced")
#else
#define BOOST_ASIO_CUSTOM_HANDLER_TRACKING "weft/instrument/boost_asio_tracking.h"
#endif
#if defined(ASIO_ENABLE_HANDLER_TRACKING) || defined(ASIO_CUSTOM_HANDLER_TRACKING)
#pragma message("weft: this program has a handler tracking of its own: Asio is not traced")
#else
#define ASIO_CUSTOM_HANDLER_TRACKING "weft/instrument/asio_tracking.h"
#endif

#endif
