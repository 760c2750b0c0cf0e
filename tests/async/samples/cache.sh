#!/bin/bash
# samples/cache (S1): the fetches that a time-out cancelled, and that they did not fill the cache.
# Which side cancelled the other in each look-up is compared with what the sample itself has logged.
. "$(dirname "$0")/sample.bash"
lookups=$((long ? 2000 : 60))
record_in_background "$(sample cache)" $lookups "$work/log"
end_recording 0
timed_out=$(grep -c timed-out "$work/log")
[ "$timed_out" -ge $((lookups / 10)) ]

# In each look-up, the side that ended first has won, as the log says. The other side was cancelled by
# it; or it had ended as well, if both came in the same turn of the event loop.
root=$(rows requests --roots | grep look_everything_up | sed -n 's/.*"request":\([0-9]*\),.*/\1/p')
graph "$root" >"$work/graph"
line_of() { grep -n "$1" "$sources/cache/cache.cc" | head -n 1 | cut -d: -f1; }
cancelled=$(/usr/bin/python3 - "$work/graph" "$work/log" "$(line_of '// (2)')" <<'END'
import json, sys
vertices = json.load(open(sys.argv[1]))['vertices']
ends = [line.split()[1] for line in open(sys.argv[2])]
named = lambda name, parent=None: [
    v for v in vertices if v['name'].startswith(name + ' #') and parent in (None, v['parent'])]
look_ups = named('look_up')
assert len(look_ups) == len(ends), (len(look_ups), len(ends))
cancelled = 0
for look_up, end in zip(look_ups, ends):
    (fetch,), (time_out,) = (named(n, look_up['vertex']) for n in ('get_response', 'pause'))
    winner, loser = (fetch, time_out) if end == 'answered' else (time_out, fetch)
    what = (end, winner, loser)
    assert winner['outcome'] == 'done', what
    assert loser['outcome'] in ('cancelled', 'done'), what
    assert winner['ended_event'] < loser['ended_event'], what
    assert loser.get('cancelled_by', winner['task']) == winner['task'], what
    assert ('cancelled_by' in loser) == (loser['outcome'] == 'cancelled'), what
    cancelled += fetch['outcome'] == 'cancelled'
    came_to_set = fetch.get('cancelled_at', '').endswith(':' + sys.argv[3])
    assert len(named('Cache::set', fetch['vertex'])) == (fetch['outcome'] == 'done' or came_to_set), what
print(cancelled)
END
)
[ "$cancelled" -ge $((lookups / 20)) ]
[ "$cancelled" -le "$timed_out" ]

# Where it was cancelled, and what never ran for it: the lines that the source marks.
rows stats | grep '"expression":"get_response"' >"$work/stats"
at="next(at for at in it[0]['cancelled_at'] if at['place'].endswith(':$(line_of '// (1)')'))"
holds "sum(at['count'] for at in it[0]['cancelled_at']) == $cancelled" <"$work/stats"
holds "$at['by'] == 'pause'" <"$work/stats"
holds "$at['race'].endswith(':$(line_of '|| pause')')" <"$work/stats"
holds "$at['never_ran'] == 'Cache::set'" <"$work/stats"
holds "$at['never_reached'].endswith(':$(line_of '// (2)')')" <"$work/stats"
"$weft" info --json "$work/trace.weft" >"$work/info"
holds "it[0]['async']['unknown_causes'] == 0 and it[0]['async']['tasks'] > 10 * $lookups" <"$work/info"
"$weft" stats "$work/trace.weft" >"$work/text"
grep -q "^get_response: $lookups started, .* done, $cancelled cancelled" "$work/text"
replay_trace
