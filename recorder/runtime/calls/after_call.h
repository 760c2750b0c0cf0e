/// What a call's event is to hold besides the call's own effects, or is to be preceded by. The
/// rooms above define these: mapped/shared_watch.cc, memory/file_changes.cc.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// True if there is memory that others write to, and that is looked at.
bool shared_is_watched();
/// What has changed there since the last time. Much of it goes into events of its own, ahead of the
/// call's. True if all of it was looked at (trace::kSharedSettled).
bool collect_shared(const Call& call, OutputList* outputs);

/// Events for what the call has changed in files that are mapped; `result` is no error.
void log_file_changes(const Call& call, long result);

}  // namespace weft::runtime
