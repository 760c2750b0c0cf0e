/// What a call wrote, and what it was given, by the words of the system-call table (row.h).
///
/// Everything is read from program memory after the call, under the baton, so record and replay see
/// the same bytes at the same place of the total order. Recording more than the kernel wrote is
/// harmless (the bytes are what memory holds anyway); recording less is a divergence later on.
#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/calls/messages.h"
#include "recorder/runtime/ground/program_memory.h"
#include "weft/syscall/extent.h"

namespace weft::runtime {

using syscall::Arg;
using syscall::ArgKind;
using trace::EffectKind;
using trace::kAbsolute;

namespace {

uint64_t at_most(uint64_t value, uint64_t limit) {
  return value < limit ? value : limit;
}

/// Calls visit(base, bytes) for the first `total` bytes of an iovec array.
template <class F>
void spread(uint64_t iov, uint64_t count, uint64_t total, F visit) {
  for (uint64_t i = 0; i < at_most(count, 1024) && total > 0; ++i) {
    IoVector vector;
    if (!read_program(iov + i * sizeof vector, &vector)) return;
    const uint64_t bytes = at_most(vector.bytes, total);
    if (bytes != 0) visit(vector.base, bytes);
    total -= bytes;
  }
}

void add_message(uint64_t address, uint8_t arg, uint64_t bytes, OutputList* outputs) {
  MessageHeader message;
  if (!read_program(address, &message)) return;
  outputs->add(arg, address, sizeof message);
  outputs->add(kAbsolute, message.name, at_most(static_cast<uint32_t>(message.name_bytes), 128));
  outputs->add(kAbsolute, message.control, at_most(message.control_bytes, 64 * 1024));
  spread(message.iov, message.iov_count, bytes,
         [outputs](uint64_t base, uint64_t part) { outputs->add(kAbsolute, base, part); });
}

/// Outputs behind a pointer in the argument's own memory.
void add_pointed_to(ArgKind kind, uint64_t address, long result, OutputList* outputs) {
  if (result < 0) return;
  if (kind == ArgKind::kOutXattr) {
    struct {
      uint64_t value;
      uint32_t bytes, flags;
    } xattr;
    if (!read_program(address, &xattr)) return;
    outputs->add(kAbsolute, xattr.value, at_most(static_cast<uint64_t>(result), xattr.bytes));
  } else {
    struct {
      int32_t bytes, pad;
      uint64_t base;
    } list;
    if (!read_program(address, &list) || list.bytes < 0) return;
    outputs->add(kAbsolute, list.base, static_cast<uint64_t>(list.bytes));
  }
}

/// The u32 that says how long an output is, where there is one.
uint32_t length_of(const Call& call, const Arg& spec, uint64_t value) {
  uint32_t length = 0;
  if (spec.kind == ArgKind::kFileHandle) read_program(value, &length);
  if (spec.kind != ArgKind::kOutLen || !read_program(call.args[spec.ref], &length)) return length;
  return length < call.capacity ? length : call.capacity;
}

/// Adds what argument `index` says was written.
void collect_argument(const Call& call, uint8_t index, long result, OutputList* outputs) {
  const Arg& spec = call.specs[index];
  const uint64_t value = call.args[index];
  const uint64_t done = result < 0 ? 0 : static_cast<uint64_t>(result);
  switch (spec.kind) {
    case ArgKind::kOutIov:
      spread(value, call.args[spec.ref], done,
             [outputs](uint64_t base, uint64_t part) { outputs->add(kAbsolute, base, part); });
      return;
    case ArgKind::kOutMsg:
      if (result >= 0) add_message(value, index, done, outputs);
      return;
    case ArgKind::kOutMmsg:
      for (uint64_t i = 0; i < at_most(done, 1024); ++i) {
        const uint64_t header = value + i * sizeof(MultiMessageHeader);
        MultiMessageHeader message;
        if (!read_program(header, &message)) return;
        outputs->add(kAbsolute, header, sizeof message);
        add_message(header, kAbsolute, message.bytes, outputs);
      }
      return;
    case ArgKind::kOutXattr:
    case ArgKind::kIfconf:
      add_pointed_to(spec.kind, value, result, outputs);
      break;
    default:
      break;
  }
  outputs->add(index, value,
               syscall::output_bytes(spec, call.args, result, length_of(call, spec, value)));
}

/// Calls visit(base, bytes) for the data that argument `index` handed to a call that returned
/// `result`. What the call may have overwritten is left out: it is compared as an effect.
template <class F>
void for_each_input(const Call& call, uint8_t index, long result, F visit) {
  const Arg& spec = call.specs[index];
  const uint64_t value = call.args[index];
  if (value == 0) return;
  if (spec.kind == ArgKind::kPath) {
    const long length =
        weft_string_guarded(pointer_to<char>(value), spec.size != 0 ? spec.size : 4096);
    if (length > 0) visit(value, static_cast<uint64_t>(length));
    return;
  }
  if (result < 0) return;  // the kernel may have looked at none of it
  const uint64_t done = static_cast<uint64_t>(result);
  switch (spec.kind) {
    case ArgKind::kIn: {
      const uint64_t bytes = syscall::input_bytes(spec, call.args);
      // Data that is sent: only what was taken is compared (and may be touched).
      visit(value, syscall::is_data(spec) ? at_most(bytes, done) : at_most(bytes, 64 * 1024));
      break;
    }
    case ArgKind::kSigmask:
    case ArgKind::kInNodes:
      visit(value, at_most(syscall::input_bytes(spec, call.args), 4096));
      break;
    case ArgKind::kInMsgbuf:
      visit(value, at_most(syscall::input_bytes(spec, call.args), 64 * 1024));
      break;
    case ArgKind::kInIov:
      spread(value, call.args[spec.ref], done, visit);
      break;
    case ArgKind::kInMsg: {
      MessageHeader message;
      if (read_program(value, &message)) spread(message.iov, message.iov_count, done, visit);
      break;
    }
    case ArgKind::kInMmsg:
      for (uint64_t i = 0; i < at_most(done, 1024); ++i) {
        MultiMessageHeader message;
        if (!read_program(value + i * sizeof message, &message)) break;
        spread(message.header.iov, message.header.iov_count, message.bytes, visit);
      }
      break;
    default:
      break;
  }
}

/// An address of a connection that the program did not ask for: by it readers of the trace find the
/// connection's other end, if that is the program's too. As an effect of the descriptor's argument.
void add_address(uint16_t question, uint64_t fd, OutputList* outputs) {
  static uint8_t address[128];  // under the baton; struct sockaddr_storage
  uint32_t bytes = sizeof address;
  if (raw(question, fd, address_of(address), address_of(&bytes)) < 0) return;
  outputs->add(0, address_of(address), at_most(bytes, sizeof address), EffectKind::kSent);
}

/// Small things that the trace keeps whatever came of the call.
void collect_kept(const Call& call, long result, OutputList* outputs) {
  if (call.plan->keeps == 0 || result == -kEFAULT) return;
  syscall::for_each_bit(call.plan->keeps, [&](uint8_t i) {
    const uint64_t bytes = syscall::input_bytes(call.specs[i], call.args);
    outputs->add(i, call.args[i], at_most(bytes, 128), EffectKind::kSent);
  });
  if (call.number == __NR_connect) {
    add_address(__NR_getsockname, call.args[0], outputs);
  } else if ((call.number == __NR_accept || call.number == __NR_accept4) && result >= 0 &&
             call.args[1] == 0) {
    add_address(__NR_getpeername, static_cast<uint64_t>(result), outputs);
  }
}

constexpr uint16_t kListMount = 458;  // not in the headers of older systems

/// Of a call whose result is not known yet. It matters for outputs of so many elements: there is
/// room for a number that an argument tells. All others end with their buffers, whatever the result
/// is.
long largest_result(const Call& call) {
  switch (call.number) {
    case __NR_epoll_wait:
    case __NR_epoll_pwait:
    case __NR_epoll_pwait2:
    case __NR_recvmmsg:
    case kListMount:
      return static_cast<uint32_t>(call.args[2]);
    default:
      return syscall::kMaxExtent;
  }
}

/// How much of a message has come is known only afterwards: all of its buffers.
void add_messages(const Call& call, OutputList* outputs) {
  using Received = MultiMessageHeader;
  for (uint64_t i = 0; i < static_cast<uint32_t>(call.args[2]) && i < 1024; ++i) {
    Received message;
    if (!read_program(call.args[1] + i * sizeof message, &message)) return;
    collect_iov(message.header.iov, message.header.iov_count, syscall::kMaxExtent, outputs);
  }
}

}  // namespace

void collect_outputs(const Call& call, long result, OutputList* outputs) {
  if (result == -kEFAULT) return;
  const uint8_t written = result >= 0 ? call.plan->writes : call.plan->writes_failing;
  syscall::for_each_bit(written, [&](uint8_t i) {
    if (call.args[i] != 0) collect_argument(call, i, result, outputs);
  });
}

void collect_possible_outputs(const Call& call, OutputList* outputs) {
  Call before = call;
  before.capacity = UINT32_MAX;
  collect_outputs(before, largest_result(before), outputs);
  if (before.number == __NR_recvmmsg) add_messages(before, outputs);
}

void collect_iov(uint64_t iov, uint64_t count, uint64_t bytes, OutputList* outputs) {
  spread(iov, count, bytes,
         [outputs](uint64_t base, uint64_t part) { outputs->add(kAbsolute, base, part); });
}

uint32_t input_check(const Call& call, long result, bool* any) {
  long crc = 0;
  *any = false;
  syscall::for_each_bit(call.plan->reads, [&](uint8_t i) {
    for_each_input(call, i, result, [&crc, any](uint64_t base, uint64_t bytes) {
      if (bytes == 0) return;
      *any = true;
      const long next = weft_crc_guarded(static_cast<uint32_t>(crc), pointer_to<void>(base), bytes);
      if (next >= 0) crc = next;
    });
  });
  return static_cast<uint32_t>(crc);
}

void for_each_sent(const Call& call, long result, void* to,
                   void (*visit)(void* to, uint64_t address, uint64_t bytes)) {
  syscall::for_each_bit(call.plan->sends, [&](uint8_t i) {
    for_each_input(call, i, result, [&](uint64_t base, uint64_t bytes) { visit(to, base, bytes); });
  });
}

/// Adds the beginning of what a call sent, for readers of the trace.
void collect_sent(const Call& call, long result, OutputList* outputs) {
  uint64_t room = trace::kMaxSentBytes;
  syscall::for_each_bit(call.plan->paths, [&](uint8_t i) {
    if (call.args[i] == 0) return;
    const long length = weft_string_guarded(pointer_to<char>(call.args[i]), room);
    if (length > 0) outputs->add(i, call.args[i], static_cast<uint64_t>(length), EffectKind::kSent);
  });
  collect_kept(call, result, outputs);
  if (result <= 0) return;
  syscall::for_each_bit(call.plan->sends, [&](uint8_t i) {
    for_each_input(call, i, result, [outputs, &room](uint64_t base, uint64_t bytes) {
      const uint64_t part = at_most(bytes, room);
      outputs->add(kAbsolute, base, part, EffectKind::kSent);
      room -= part;
    });
  });
}

}  // namespace weft::runtime
