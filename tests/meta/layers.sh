#!/usr/bin/env bash
# Includes run one way, from room to room, as tests/meta/layers.txt says; and the check itself
# notices what it is there to notice.
set -euo pipefail
layers=$1/tests/meta/layers.py
python3 "$layers" "$1"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tree LINE...: a tree of two rooms, `include/weft/low` and `recorder/high`, which includes it; the
# lines are its table.
tree() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/"{include/weft/low,recorder/high,tests/meta}
  cd "$work/tree"
  echo 'int low();' >include/weft/low/low.h
  echo '#include "weft/low/low.h"' >recorder/high/high.h
  echo '#include "recorder/high/high.h"' >recorder/high/high.cc
  printf '%s\n' "$@" >tests/meta/layers.txt
  printf '<!-- map: -->\n<!-- end of map -->\n' >README.md
  [ $# = 0 ] || python3 "$layers" --write . >/dev/null || true
}

# notices WORDS: the check fails, and says so.
notices() {
  local said
  if said=$(python3 "$layers" .) || ! grep -qF -- "$1" <<<"$said"; then
    printf 'expected: %s\nbut it said: %s\n' "$1" "$said"
    exit 1
  fi
}

low=('include/weft/low:' '  Low.')
high=('recorder/high: include/weft/low' '  High.')

tree "${low[@]}" "${high[@]}"
python3 "$layers" . >/dev/null
tree "${low[@]}"
notices 'recorder/high has no line in layers.txt; it includes: include/weft/low'
tree "${low[@]}" 'recorder/high:' '  High.'
notices 'recorder/high/high.h includes include/weft/low: recorder/high has no permission'
tree "${low[@]}" "${high[@]}"
echo '#include <zstd.h>' >recorder/high/high.h
notices 'recorder/high/high.h includes <zstd>: recorder/high has no permission'
tree "${low[@]}" "${high[@]}"
echo >recorder/high/high.h
notices 'recorder/high does not include include/weft/low'
tree 'include/weft/low: recorder/high' '  Low.' "${high[@]}"
notices 'rooms may include each other in a circle: include/weft/low, recorder/high'
tree "${high[@]}" "${low[@]}"
notices 'include/weft/low is below recorder/high: put its line above'
tree "${low[@]}" "${high[@]}" 'recorder/gone:' '  Gone.'
notices 'there is no folder recorder/gone'
tree "${low[@]}" "${high[@]:0:1}"
notices 'A sentence for the map is missing'
tree "${low[@]}" "${high[@]}"
sed -i s/High/Higher/ tests/meta/layers.txt
notices 'the map in README.md is stale'
tree "${low[@]}" "${high[@]}"
mv recorder/high/high.h recorder/high/other.h
notices 'recorder/high/high.cc has no header of its own'
tree "${low[@]}" "${high[@]}" '  part of missing.h: high.cc'
notices 'recorder/high has no missing.h'
tree "${low[@]}" "${high[@]}"
for n in 1 2 3 4; do echo "#include \"recorder/high/f$((n % 4 + 1)).h\"" >recorder/high/f$n.h; done
notices 'recorder/high: 4 files include each other: f1 f2 f3 f4'
tree "${low[@]}" "${high[@]}"
for n in $(seq 25); do touch recorder/high/f$n.h; done
notices 'recorder/high has 27 sources and headers, over 25'
tree "${low[@]}" "${high[@]}"
seq 501 >recorder/high/long.h
notices 'long.h has 501 lines'
tree "${low[@]}" "${high[@]}" 'freestanding recorder/high:'
echo '#include <string>' >>recorder/high/high.h
notices 'recorder/high/high.h includes <string>: recorder/high is freestanding'
