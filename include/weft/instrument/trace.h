/// The tracing flag: what weft_trace() puts in front of every translation unit (-include
/// weft/instrument/trace.h), beside the folder of standard/coroutine; `weft c++` defines the same.
/// Macros alone: so no file sees a header that it did not ask for.
#pragma once
#pragma GCC system_header

#if defined(__cplusplus) && defined(__linux__) && defined(__x86_64__)

// Asio asks for a header by these names. A program that tracks its handlers itself goes on doing
// so.
#if defined(BOOST_ASIO_ENABLE_HANDLER_TRACKING) || defined(BOOST_ASIO_CUSTOM_HANDLER_TRACKING)
#pragma message("weft: this program has its own handler tracking: Boost.Asio is not traced")
#else
#define BOOST_ASIO_CUSTOM_HANDLER_TRACKING "weft/instrument/boost_asio_tracking.h"
#endif
#if defined(ASIO_ENABLE_HANDLER_TRACKING) || defined(ASIO_CUSTOM_HANDLER_TRACKING)
#pragma message("weft: this program has its own handler tracking: Asio is not traced")
#else
#define ASIO_CUSTOM_HANDLER_TRACKING "weft/instrument/asio_tracking.h"
#endif

#endif
