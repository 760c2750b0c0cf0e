/// The promise of a coroutine that is only a library's way to start one operation.
///
/// `co_await socket.async_read_some(buffer, use_awaitable)`: Boost.Asio makes a coroutine of its
/// own that starts the operation and is never resumed. It is no task: the operation is started by
/// the coroutine that awaits it, and that one waits for the operation.
#pragma once
#pragma GCC system_header

#include "weft/instrument/promise.h"

namespace weft::instrument {

/// True for a type among a coroutine's parameters that only such coroutines have. Specialised by
/// the header that knows the library.
template <class Parameter>
inline constexpr bool kStartsOperation = false;

/// An awaiter of it: the operation is started for the task that has just stopped on this thread.
template <class Owner, class T>
struct HiddenAwaiting {
  class Awaiter {
    using User = typename Owner::User;

   public:
    template <class Get>
    Awaiter(Owner& owner, Get&& get) : owner_(owner), awaited_(get) {}

    bool await_ready() { return awaited_.awaiter().await_ready() ? true : false; }
    auto await_suspend(std::coroutine_handle<> handle) {
      const auto user = std::coroutine_handle<User>::from_address(handle.address());
      if constexpr (Owner::starts_after_suspend()) {
        awaited_.awaiter().await_suspend(user);
        if (table() != nullptr) [[unlikely]] {
          later_.replace(owner_.weft_resume_context(), last_stopped);
        }
      } else {
        CurrentTask current(last_stopped);
        return awaited_.awaiter().await_suspend(user);
      }
    }
    decltype(auto) await_resume() { return awaited_.awaiter().await_resume(); }

   private:
    Owner& owner_;
    [[no_unique_address]] StartLater<Owner> later_;
    Awaited<T> awaited_;
  };
};

/// Says what waits for such a frame waits for, while the frame lives.
class HiddenFrame {
 public:
  HiddenFrame(const void* frame, uint32_t wait) noexcept {
    if (const weft_abi* weft = table()) [[unlikely]] {
      frame_ = frame;
      weft->coroutine_hidden(frame, wait);
    }
  }
  HiddenFrame(const HiddenFrame&) = delete;
  HiddenFrame& operator=(const HiddenFrame&) = delete;
  ~HiddenFrame() {
    if (frame_ != nullptr) [[unlikely]]
      table()->coroutine_gone(frame_);
  }

 private:
  const void* frame_ = nullptr;
};

/// `kWait`: what the operation waits for (weft_wait).
template <class P, uint32_t kWait>
class HiddenPromise : public P {
 public:
  using User = P;
  using P::P;

  template <class U>
  auto await_transform(U&& operand) {
    const auto get = [this, &operand]() -> decltype(auto) {
      return static_cast<P&>(*this).await_transform(static_cast<U&&>(operand));
    };
    return typename HiddenAwaiting<HiddenPromise, decltype(get())>::Awaiter(*this, get);
  }

  template <class Self = HiddenPromise>
  static consteval bool starts_after_suspend() noexcept {
    return requires(Self& self) {
      self.resume_context_->after_suspend_fn_;
      self.resume_context_->after_suspend_arg_;
    };
  }
  template <class Self = HiddenPromise>
  auto* weft_resume_context() noexcept {
    return static_cast<Self*>(this)->resume_context_;
  }

 private:
  HiddenFrame weft_hidden_{std::coroutine_handle<P>::from_promise(*this).address(), kWait};
};

}  // namespace weft::instrument
