#!/usr/bin/env bash
# No line that weft debug prints is wider than 80 columns, but for lines of source, and words that
# have no blank at which they could be broken.
set -euo pipefail
weft=$(realpath "$1") programs=$(realpath "$2")
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export COLUMNS=80 LC_ALL=C.UTF-8

look() {
  rm -f "$dir/t.weft"
  "$weft" record -o "$dir/t.weft" -- "$programs/$1" >/dev/null 2>&1 || true
  (cd "$dir" && "$weft" debug --batch --keep-going -x "$dir/script" t.weft) >"$dir/out" 2>&1 || true
  [ "$(grep -c '^(weft) ' "$dir/out")" -ge "$(wc -l <"$dir/script")" ] ||
    { echo "$1: not all commands ran"; cat "$dir/out"; exit 1; }
  # (weft) is the command as it was typed; 12, ->: lines of source.
  awk -v program="$1" '
    /^\(weft\) / { command = $0; next }
    /^ +[0-9]+ +\t/ || /^-> / { next }
    length($0) > 80 {
      line = $0
      sub(/^ */, "", line)
      if (line !~ / /) next
      print program ": " command ": " length($0) " columns: " $0
      bad = 1
    }
    END { exit bad }' "$dir/out"
}

cat >"$dir/script" <<'END'
help
moment
nosuch
info
END
look lines
for name in $(awk '/^  [a-z]/ { print $1 }' "$dir/out" | sort -u); do echo "help $name"; done >>"$dir/script"
[ "$(grep -c '^help ' "$dir/script")" -gt 40 ] || { echo "help lists no commands"; cat "$dir/out"; exit 1; }
cat >>"$dir/script" <<'END'
help event-filter
events
threads
tasks
output
break-event write
b main
c
c
where
where --all
bt
bt full
bt all
threads
events write
info breakpoints
info locals
info args
finish
until
advance nowhere.cc:1
condition 99 x
ignore 99 x
last-write nosuch
last-write 1 + 1
thread select 99
restart 99
delete checkpoint 99
goto 999999999
goto nowhere
break-event (
save breakpoints
watch
catch
rn
rs
rf
rsi
rc
goto end
goto crash
END
for program in lines cart two_threads containers lambdas; do look "$program"; done
