#!/bin/bash
# Threads that compute are preempted where the kernel does not track which pages they write.
. "$(dirname "$0")/program.bash"
counters=${WEFT_GUESTS_DIR:-}/preempt_counters
[ -x "$counters" ] || { echo "skipped: no guests in \$WEFT_GUESTS_DIR"; exit 77; }
refuse=$(built refuse_calls)
for refused in scan tracker; do
  for where in heap late shared; do
    (cd "$work/data" && timeout -k 1 60 "$refuse" "$refused" \
      "$weft" record --force -o "$work/trace.weft" -- "$counters" "$where") >"$work/record.out" 2>"$work/record.err"
    "$weft" events "$work/trace.weft" >"$work/events"
    grep -q 'preempted at' "$work/events" || { echo "not preempted: $refused $where" >&2; exit 1; }
    timeout -k 1 120 "$weft" replay "$work/trace.weft" --output >"$work/replay.out"
    cmp "$work/record.out" "$work/replay.out"
    replay_trace
  done
done
