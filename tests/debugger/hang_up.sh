#!/usr/bin/env bash
# The terminal goes away, or weft debug is told to end: no process and no file is left.
set -euo pipefail
weft=$1 programs=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp XDG_STATE_HOME=$dir
mkdir "$TMPDIR"
cp "$programs/lines" "$dir/program"
"$weft" record -q -o "$dir/t.weft" "$dir/program" >/dev/null
cp "$programs/pipes" "$dir/program"  # so that there is a copy of the recorded one
python3 "$(dirname "$0")/hang_up.py" "$weft" "$dir/t.weft" "$TMPDIR"
