#!/usr/bin/env bash
# weft record ends as the program did, and adds nothing to its output.
. "$(dirname "$0")/command.bash"
expect 0 "$weft" record -o a.weft true
expect 7 "$weft" record -o b.weft sh -c 'exit 7'
expect 137 "$weft" record -o c.weft sh -c 'kill -KILL $$'
expect 143 "$weft" record -o d.weft sh -c 'kill -TERM $$'
expect 0 "$weft" record -o e.weft printf '%s\n' '[a,b]' -o --force --
printf '%s\n' '[a,b]' -o --force -- | cmp - out
grep -qE '^weft: recorded [0-9]+ events \(.* in the file\) in .* s: e\.weft$' err ||
  fail "summary: $(cat err)"
expect 0 "$weft" record -q -o f.weft -- echo quiet
[ ! -s err ] || fail "not quiet: $(cat err)"
