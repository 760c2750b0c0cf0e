#!/bin/bash
# samples/cache (S1): the fetches that a time-out cancelled, and that the cache was not filled by them;
# who cancelled whom in each look-up is compared with what the sample itself has logged.
. "$(dirname "$0")/sample.bash"
lookups=$((long ? 2000 : 60))
record_in_background "$(sample cache)" $lookups "$work/log"
end_recording 0
timed_out=$(grep -c timed-out "$work/log")
[ "$timed_out" -ge $((lookups / 10)) ]

root=$(rows requests --roots | grep look_everything_up | sed -n 's/.*"request":\([0-9]*\),.*/\1/p')
graph "$root" >"$work/graph"
of() { echo "[v for v in it['vertices'] if '$1' in v['name']]"; }
holds "len($(of get_response)) == $lookups" <"$work/graph"
holds "sum(v['outcome'] == 'cancelled' for v in $(of get_response)) == $timed_out" <"$work/graph"
holds "len($(of Cache::set)) == $lookups - $timed_out" <"$work/graph"
/usr/bin/python3 - "$work/graph" "$work/log" <<'END'
import json, sys
vertices = json.load(open(sys.argv[1]))['vertices']
ends = [line.split()[1] for line in open(sys.argv[2])]
named = lambda name, parent=None: [
    v for v in vertices if v['name'].startswith(name + ' #') and parent in (None, v['parent'])]
look_ups = named('look_up')
assert len(look_ups) == len(ends), (len(look_ups), len(ends))
for look_up, end in zip(look_ups, ends):
    (fetch,), (time_out,) = (named(n, look_up['vertex']) for n in ('get_response', 'pause'))
    winner, loser = (fetch, time_out) if end == 'answered' else (time_out, fetch)
    what = (end, winner, loser)
    assert winner['outcome'] == 'done', what
    assert loser['outcome'] == 'cancelled', what
    assert loser.get('cancelled_by') == winner['task'], what
END

# Where it was cancelled, and what never ran for it: the lines that the source marks.
line_of() { grep -n "$1" "$sources/cache/cache.cc" | head -n 1 | cut -d: -f1; }
rows stats | grep '"expression":"get_response"' >"$work/stats"
cancelled='it[0]["cancelled_at"][0]'
holds "$cancelled['count'] == $timed_out and len(it[0]['cancelled_at']) == 1" <"$work/stats"
holds "$cancelled['place'].endswith(':$(line_of '// (1)')')" <"$work/stats"
holds "$cancelled['by'] == 'pause'" <"$work/stats"
holds "$cancelled['race'].endswith(':$(line_of '|| pause')')" <"$work/stats"
holds "$cancelled['never_ran'] == 'Cache::set'" <"$work/stats"
holds "$cancelled['never_reached'].endswith(':$(line_of '// (2)')')" <"$work/stats"
"$weft" info --json "$work/trace.weft" >"$work/info"
holds "it[0]['async']['unknown_causes'] == 0 and it[0]['async']['tasks'] > 10 * $lookups" <"$work/info"
"$weft" stats "$work/trace.weft" >"$work/text"
grep -q "^get_response: $lookups started, .* done, $timed_out cancelled at cache.cc:$(line_of '// (1)')$" \
  "$work/text"
replay_trace
