# What the scripts of samples share: all of ../../e2e/programs/program.bash, and
#   sample NAME [PROGRAM]    prints the path of a sample's program
. "$(dirname "${BASH_SOURCE[0]}")/../../e2e/programs/program.bash"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$(cd "$here/../../../samples" && pwd)

sample() {
  local program=${WEFT_SAMPLES_DIR:?names the folder with the built samples}/$1/${2:-$1}
  [ -x "$program" ] || { echo "not built: $program" >&2; return 1; }
  echo "$program"
}

# record_hanging PROGRAM LINES: records it until it has written so many lines, and then hangs.
record_hanging() {
  record_in_background "$1"
  until_true 20 eval "[ \$(wc -l <'$work/record.out') -ge $2 ]"
  sleep 0.2
  kill -INT "$recording"
  end_recording 130
}

# rows COMMAND...: what `weft COMMAND --json` says about $work/trace.weft, an object a line.
rows() {
  local command=$1
  shift
  "$weft" "$command" --json "$@" "$work/trace.weft"
}

# graph REQUEST: its graph as JSON.
graph() { "$weft" graph --all --json "$work/trace.weft" "$1"; }

# holds WORDS... <JSON: ends the script unless Python's expression WORDS is true of `it`: the list of
# objects, a line each, or the one object.
holds() {
  /usr/bin/python3 -c '
import json, sys
text = sys.stdin.read()
try:
    it = json.loads(text)
except json.JSONDecodeError:
    it = [json.loads(line) for line in text.splitlines()]
it = [it] if isinstance(it, dict) and "vertices" not in it else it
if not eval(sys.argv[1]):
    sys.exit("does not hold: %s\n%s" % (sys.argv[1], text[:4000]))' "$*"
}
