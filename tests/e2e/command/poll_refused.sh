#!/usr/bin/env bash
# poll() fails in weft record (its limit of descriptors is lowered while it waits): the recording is
# whole, and ends as the program does.
. "$(dirname "$0")/command.bash"
command -v prlimit >/dev/null || { echo "skipped: prlimit is not installed"; exit 77; }
setsid "$weft" record --force -o t.weft sh -c 'echo ready >ready; sleep 1; exit 7' \
  >out 2>err </dev/null &
recording=$!
until_true test -s ready
prlimit --pid "$recording" --nofile=1:1
status=0
wait "$recording" || status=$?
[ $status = 7 ] || fail "status $status: $(cat err)"
expect 0 "$weft" replay t.weft
