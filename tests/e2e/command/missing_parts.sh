#!/usr/bin/env bash
# Where the debugger is missing, weft says what brings it: in a build tree, and in a prefix.
. "$(dirname "$0")/command.bash"
mkdir -p tree/bin
cp "$(dirname "$weft")"/{weft,weft-runtime} tree/bin
expect 0 tree/bin/weft record -q -o a.weft true
expect 2 tree/bin/weft debug a.weft
says err "weft-debugger is missing"
says err "cmake --build BUILD && cmake --install BUILD --prefix $work/tree"
: >tree/CMakeCache.txt
expect 2 tree/bin/weft debug a.weft
says err "cmake --build $work/tree --target weft-debugger"
rm tree/bin/weft-runtime
expect 2 tree/bin/weft record -o b.weft true
says err "cmake --build $work/tree --target weft-runtime"
