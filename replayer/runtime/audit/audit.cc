#include "replayer/runtime/audit/audit.h"

#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

void audit(const Thread* thread) {
  static uint64_t calls;  // under the baton
  audit_thread(*thread);
  if (recording()) {
    audit_turns(*thread);
    audit_ring();
  } else {
    audit_log(*thread);
  }
  if (calls++ % kSeldom != 0) return;
  audit_signals(*thread);
  audit_memory();
}

}  // namespace weft::runtime
