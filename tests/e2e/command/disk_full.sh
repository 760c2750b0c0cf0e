#!/usr/bin/env bash
# A trace that cannot grow: one message, the program goes on to its own end, the trace replays.
. "$(dirname "$0")/command.bash"
status=0
# The limit is the recorder's too; it stands for a full disk.
(ulimit -S -f 4000; exec "$weft" record -o t.weft dd if=/dev/urandom of=/dev/null bs=64k count=200) \
  >out 2>err || status=$?
[ $status = 0 ] || fail "status $status: $(cat err)"
[ "$(grep -c 'the trace ends after' err)" = 1 ] || fail "not one message: $(cat err)"
expect 0 "$weft" replay t.weft

# Not even the first events fit.
(ulimit -S -f 100; exec "$weft" record --force -o t.weft true) >out 2>err || fail "$(cat err)"
expect 5 "$weft" replay t.weft
says err 'it holds no event'
