/// The header that Boost.Asio includes for BOOST_ASIO_CUSTOM_HANDLER_TRACKING.
#pragma once
#pragma GCC system_header

#include "weft/instrument/asio_operation.h"

#define BOOST_ASIO_INHERIT_TRACKED_HANDLER : public ::weft::instrument::asio::TrackedHandler
#define BOOST_ASIO_ALSO_INHERIT_TRACKED_HANDLER , public ::weft::instrument::asio::TrackedHandler
#define BOOST_ASIO_HANDLER_TRACKING_INIT (void)0
#define BOOST_ASIO_HANDLER_LOCATION(args) ::weft::instrument::asio::Location tracked_location args
#define BOOST_ASIO_HANDLER_CREATION(args) ::weft::instrument::asio::creation args
#define BOOST_ASIO_HANDLER_COMPLETION(args) \
  ::weft::instrument::asio::Completion tracked_completion args
#define BOOST_ASIO_HANDLER_INVOCATION_BEGIN(args) tracked_completion.invocation_begin args
#define BOOST_ASIO_HANDLER_INVOCATION_END tracked_completion.invocation_end()
#define BOOST_ASIO_HANDLER_OPERATION(args) ::weft::instrument::asio::operation args
#define BOOST_ASIO_HANDLER_REACTOR_OPERATION(args) ::weft::instrument::asio::reactor_operation args
#define BOOST_ASIO_HANDLER_REACTOR_REGISTRATION(args) (void)0
#define BOOST_ASIO_HANDLER_REACTOR_DEREGISTRATION(args) (void)0
#define BOOST_ASIO_HANDLER_REACTOR_EVENTS(args) (void)0
#define BOOST_ASIO_HANDLER_REACTOR_READ_EVENT 1
#define BOOST_ASIO_HANDLER_REACTOR_WRITE_EVENT 2
#define BOOST_ASIO_HANDLER_REACTOR_ERROR_EVENT 4

#if __cplusplus >= 202002L && defined(__cpp_impl_coroutine)
#include <coroutine>
#endif
#ifdef WEFT_INSTRUMENT_COROUTINES
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

namespace boost {
namespace asio {
template <typename Executor>
struct use_awaitable_t;
}  // namespace asio
}  // namespace boost

namespace weft::instrument {

/// The coroutine that starts an operation for `co_await async_...(use_awaitable)` has this
/// parameter.
template <class Executor>
inline constexpr bool kStartsOperation<::boost::asio::use_awaitable_t<Executor>> = true;

inline CancelledTest boost_cancelled{&is_cancelled_error<boost::system::system_error>, nullptr};
inline const bool boost_cancelled_added = add_cancelled_test(boost_cancelled);

#if !defined(BOOST_NO_EXCEPTIONS) && !defined(BOOST_EXCEPTION_DISABLE)
/// As boost::throw_exception throws it: a co_await that finds its coroutine asked to stop.
using ThrownError = boost::wrapexcept<boost::system::system_error>;
inline CancelledTest thrown_cancelled{&is_cancelled_error<ThrownError>, nullptr};
inline const bool thrown_cancelled_added = add_cancelled_test(thrown_cancelled);
#endif

}  // namespace weft::instrument
#endif

#include <boost/asio/version.hpp>
#if __cplusplus >= 202002L && BOOST_ASIO_VERSION >= 101900
#include <boost/asio/cancellation_signal.hpp>

#include "weft/instrument/cancellation_slot.h"

namespace boost {
namespace asio {
namespace detail {

template <typename Handler>
  requires(::weft::instrument::asio::ends_operation<Handler>())
class cancellation_handler<Handler>
    : public ::weft::instrument::asio::SlotHandler<
          cancellation_handler<Handler>, cancellation_handler_base, cancellation_type_t, Handler> {
 public:
  using cancellation_handler::SlotHandler::SlotHandler;
};

}  // namespace detail
}  // namespace asio
}  // namespace boost
#endif
