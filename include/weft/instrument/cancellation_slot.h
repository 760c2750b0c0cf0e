/// Tells weft about Asio's cancellation signals: which operation an emitted signal ends, and which
/// task emitted it.
///
/// An operation with a slot puts a handler into it, just before it is said to be created. When the
/// signal is emitted, that handler ends the operation, and no macro of Asio's tells of it:
///
///   slot.emplace<op_cancellation>(...)   SlotHandler: the newest one on this thread
///   HANDLER_CREATION                     the operation's ID goes into it (name_operation)
///   signal.emit(type)                    operation_cancel(that ID, "emit"), then what Asio does
///
/// The class that Asio keeps in a slot is a template; a partial specialisation of it (in
/// boost_asio_tracking.h, asio_tracking.h) is SlotHandler, for handlers that end an operation.
/// Others only hand the signal on.
#pragma once
#pragma GCC system_header

#include <stddef.h>

#include <utility>

#include "weft/instrument/table.h"

namespace weft::instrument::asio {

/// Asio calls them op_cancellation, reactor_op_cancellation, signal_op_cancellation.
template <class Handler>
consteval bool ends_operation() {
  constexpr char kName[] = "op_cancellation";
  const char* text = __PRETTY_FUNCTION__;
  for (; *text != '\0'; ++text) {
    size_t same = 0;
    while (same < sizeof kName - 1 && text[same] == kName[same]) ++same;
    if (same == sizeof kName - 1) return true;
  }
  return false;
}

/// Which operation a slot's handler ends.
class SlotOperation {
 public:
  SlotOperation() noexcept {
    if (table() != nullptr) [[unlikely]]
      newest = this;
  }
  SlotOperation(const SlotOperation&) = delete;
  SlotOperation& operator=(const SlotOperation&) = delete;
  ~SlotOperation() {
    if (newest == this) newest = nullptr;
  }

  /// An operation was created: the newest handler, if there is one, is its own.
  static void name_operation(weft_operation operation) noexcept {
    if (newest == nullptr) return;
    newest->operation_ = operation;
    newest = nullptr;
  }

  void emitted() const noexcept {
    if (operation_ != 0) [[unlikely]]
      table()->operation_cancel(reinterpret_cast<const void*>(operation_), "emit");
  }

 private:
  inline static constinit thread_local SlotOperation* newest = nullptr;
  weft_operation operation_ = 0;
};

/// What Asio's detail::cancellation_handler<Handler> is, and a SlotOperation. `Self` derives from
/// it, `Base` is Asio's cancellation_handler_base, `Type` its cancellation_type.
template <class Self, class Base, class Type, class Handler>
class SlotHandler : public Base {
 public:
  template <class... Arguments>
  explicit SlotHandler(size_t size, Arguments&&... arguments)
      : handler_(static_cast<Arguments&&>(arguments)...), size_(size) {}

  void call(Type type) override {
    operation_.emitted();
    handler_(type);
  }
  std::pair<void*, size_t> destroy() noexcept override {
    const std::pair<void*, size_t> memory(this, size_);
    static_cast<Self*>(this)->~Self();
    return memory;
  }
  Handler& handler() noexcept { return handler_; }

 private:
  Handler handler_;
  size_t size_;
  SlotOperation operation_;
};

}  // namespace weft::instrument::asio
