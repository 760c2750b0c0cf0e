#include "recorder/runtime/memory/mapping_protection.h"

#include <sys/mman.h>

#include "recorder/runtime/code/text.h"
#include "recorder/runtime/memory/execution_watch.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

using layout::page_up;

namespace {

bool is_private_anonymous(const Call& call) {
  constexpr uint64_t kBoth = MAP_PRIVATE | MAP_ANONYMOUS;
  return (call.args[3] & kBoth) == kBoth;
}

}  // namespace

uint64_t protection_of(const Call& call) {
  return is_private_anonymous(call) ? protection_to_set(call.args[2]) : call.args[2];
}

void note_protection(const Call& call, uint64_t begin, uint64_t end) {
  protection_was_set(begin, end, is_private_anonymous(call) ? call.args[2] : 0, CodeAge::kMapped);
}

long change_protection(const Call& call, uint64_t address, uint64_t bytes) {
  const bool text =
      bytes != 0 && is_patchable_text(address) && is_patchable_text(address + bytes - 1);
  const uint64_t wanted = call.args[2], told = text ? wanted : protection_to_set(wanted);
  const long result = raw(call.number, address, call.args[1], told, call.args[3]);
  if (!is_error(result))
    protection_was_set(address, address + bytes, text ? 0 : wanted, CodeAge::kChanged);
  return result;
}

void note_move(const Call& call, uint64_t address, uint64_t protection) {
  protection_was_set(call.args[0], call.args[0] + page_up(call.args[1]), 0, CodeAge::kChanged);
  protection_was_set(address, address + page_up(call.args[2]), protection, CodeAge::kChanged);
}

}  // namespace weft::runtime
