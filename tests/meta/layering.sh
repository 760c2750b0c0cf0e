#!/usr/bin/env bash
# Who may include whom. include/ stands alone; recorder/ and replayer/ stand on include/; the two
# runtime/ folders are one program; the debugger stands on the replayer; only the command, in
# debugger/command/, sees all of it.
set -euo pipefail
cd "$1"
failed=0

# forbid FOLDER PATTERN [EXCEPT]: no file of FOLDER includes a header that matches PATTERN.
forbid() {
  local found
  found=$(grep -rnE "^ *# *include +[\"<]($2)" --include='*.h' --include='*.cc' --include='*.S' "$1" |
    grep -vE "${3:-^$}" || true)
  [ -z "$found" ] && return
  printf '%s must not include %s:\n%s\n' "$1" "$2" "$found"
  failed=1
}

forbid include 'recorder/|replayer/|debugger/'
forbid recorder 'debugger/'
forbid recorder 'replayer/'
forbid debugger 'recorder/' '^debugger/command/'
forbid debugger 'debugger/command/' '^debugger/command/'
forbid recorder/runtime 'replayer/(trace|session|inspect)'
forbid recorder/runtime 'recorder/(launch|drain|trace|command)'
forbid replayer 'debugger/'
forbid replayer 'recorder/' '^replayer/runtime/'
forbid replayer/runtime 'recorder/(launch|drain|trace|command)|replayer/(trace|session|inspect)'
forbid recorder/trace 'recorder/(launch|drain|command|runtime)'
forbid recorder/drain 'recorder/(launch|command|runtime)'
forbid replayer/trace 'replayer/(session|inspect|runtime)'
forbid replayer/inspect 'replayer/(session|runtime)'
# The runtime has no library below it, only headers that need none.
forbid recorder/runtime 'iostream|string>|vector>|memory>|map>|functional>|fmt/|stdio.h|stdlib.h'
forbid replayer/runtime 'iostream|string>|vector>|memory>|map>|functional>|fmt/|stdio.h|stdlib.h'
exit $failed
