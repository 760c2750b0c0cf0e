#!/bin/bash
# A trace that is cut is replayed as far as it is readable; where nothing is, that is said.
. "$(dirname "$0")/command.bash"

expect 0 "$weft" record -o whole.weft true
# first.weft ends within its first chunk, last.weft within its last one but the index.
python3 - <<'END'
import re
whole = open("whole.weft", "rb").read()
chunks = [found.start() for found in re.finditer(b"chnk", whole)]
open("first.weft", "wb").write(whole[:chunks[0] + 60])
open("my last.weft", "wb").write(whole[:chunks[-1] + 20])
END

expect 5 "$weft" replay first.weft
says err 'first.weft: chunk 0 is cut; no event is readable'
grep -q 'no divergence' out err && fail "it claims to have replayed: $(cat out)"
expect 5 "$weft" replay --json first.weft
expect 5 "$weft" info first.weft
says err 'no event is readable'

expect 0 "$weft" replay 'my last.weft'
says out 'no divergence'
says err 'events are readable'

# Commands that are to be typed quote the name, and no line of a summary is too wide for a screen.
expect 2 "$weft" info 'my last.weft@3'
says err "see them with weft info 'my last.weft'"
expect 0 "$weft" record -o long-enough-a-name-to-go-beyond-the-last-column.weft true
awk 'length > 80' err | grep . && fail "too wide: $(cat err)"
expect 0 "$weft" replay --repeat 2 long-enough-a-name-to-go-beyond-the-last-column.weft
awk 'length > 80' out | grep . && fail "too wide: $(cat out)"
expect 0 "$weft" info long-enough-a-name-to-go-beyond-the-last-column.weft
awk 'length > 80 && substr($0, 14) ~ / /' out | grep . && fail "too wide: $(cat out)"
true
