#!/usr/bin/env bash
# What the tree must not hold: markers of unfinished work, paths of one machine, tabs, trailing
# blanks, lines over 100 columns.
set -euo pipefail
cd "$1"
failed=0
sources=$(find include recorder replayer debugger tests samples -type f \
  \( -name '*.h' -o -name '*.cc' -o -name '*.S' -o -name '*.sh' -o -name '*.py' -o -name '*.txt' \))

# report TITLE LINES: complains if there are lines.
report() {
  [ -z "$2" ] && return
  printf '%s:\n%s\n' "$1" "$2"
  failed=1
}

self=tests/meta/tidy.sh
markers='\b(TO''DO|FIX''ME|X''XX|HA''CK)\b'
report 'markers of unfinished work' "$(grep -nE "$markers" $sources | grep -v "^$self" || true)"
report 'paths of one machine' "$(grep -nE '(^|[^A-Za-z0-9_.$}-])/(work|root)(/|\b)' $sources |
  grep -v "^$self" || true)"
report 'tabs or trailing blanks' "$(grep -nP '\t|[ \t]+$' $sources || true)"
code=$(printf '%s\n' $sources | grep -E '\.(h|cc)$')
report 'lines over 110 columns (100 is the aim)' "$(LC_ALL=C.UTF-8 grep -nE '^.{111,}' \
  $(printf '%s\n' $code | grep -v '^include/weft/syscall/') | cut -c 1-60 || true)"
report 'headers without #pragma once' "$(grep -L '#pragma once' $(printf '%s\n' $code |
  grep '\.h$') || true)"
# A file that a reader cannot take in at a glance says first what it is.
for file in $code; do
  [ "$(wc -l <"$file")" -gt 150 ] || continue
  case $file in *.cc) [ -f "${file%.cc}.h" ] && continue ;; esac
  head -1 "$file" | grep -q '^/[/*]' || report 'over 150 lines, and no banner' "$file"
done
exit $failed
