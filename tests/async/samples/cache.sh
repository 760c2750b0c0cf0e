#!/bin/bash
# samples/cache (S1): the fetches that a time-out cancelled, and that the cache was not filled by them.
. "$(dirname "$0")/sample.bash"
record_in_background "$(sample cache)" 40
end_recording 0
timed_out=$(sed -n 's/.* \([0-9]*\) timed out.*/\1/p' "$work/record.out")
[ "$timed_out" -ge 4 ]

root=$(rows requests --roots | grep look_everything_up | sed -n 's/.*"request":\([0-9]*\),.*/\1/p')
graph "$root" >"$work/graph"
of() { echo "[v for v in it['vertices'] if '$1' in v['name']]"; }
holds "len($(of get_response)) == 40" <"$work/graph"
holds "sum(v['outcome'] == 'cancelled' for v in $(of get_response)) == $timed_out" <"$work/graph"
holds "len($(of Cache::set)) == 40 - $timed_out" <"$work/graph"

# Where it was cancelled, and by what: the lines that the source marks.
line_of() { grep -n "$1" "$sources/cache/cache.cc" | head -n 1 | cut -d: -f1; }
rows stats | grep '"expression":"[^"]*get_response"' >"$work/stats"
cancelled='it[0]["cancelled_at"][0]'
holds "$cancelled['count'] == $timed_out" <"$work/stats"
holds "$cancelled['place'].endswith(':$(line_of '// (1)')')" <"$work/stats"
holds "'pause' in $cancelled['by']" <"$work/stats"
replay_trace
