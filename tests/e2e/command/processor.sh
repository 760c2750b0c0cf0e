#!/usr/bin/env bash
# weft record --cpu: the program is answered as such a processor would answer it.
. "$(dirname "$0")/command.bash"
guest=$WEFT_GUESTS_DIR/processor_abilities

# told LEVEL: records the guest; its xgetbv is in the file states.
told() {
  expect 0 "$weft" record -q --force -o "$1.weft" --cpu "$1" "$guest"
  expect 0 "$weft" info "$1.weft"
  says out "shown as     $1"
  expect 0 "$weft" events --call xgetbv "$1.weft"
  grep -oE 'xgetbv\(0\) = [0-9]+' out | sort -u >states
  expect 0 "$weft" replay "$1.weft"
}
told x86-64-v2
grep -qx 'xgetbv(0) = 3' states || fail "v2: $(cat states)"
told x86-64-v3
grep -qE '^xgetbv\(0\) = [37]$' states || fail "v3: $(cat states)"
told x86-64-v4
told native
expect 0 "$weft" record -q -o default.weft "$guest"
expect 0 "$weft" info --json default.weft
says out '"shown_as": "x86-64-v3"'
expect 0 "$weft" events --call cpuid default.weft
says out 'cpuid(0 [eax='
expect 2 "$weft" record --cpu x86-64-v9 true
