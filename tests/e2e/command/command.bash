# What the tests of the weft command share: `. "$(dirname "$0")/command.bash"`. Gives $weft and an
# empty working directory, which is removed at the end.
set -euo pipefail
ulimit -c 0
weft=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/weft-command-XXXXXX")
recording=  # the pid of a `weft record` in the background, in a process group of its own
trap clean_up EXIT
clean_up() {
  if [ -n "$recording" ]; then kill -KILL -- "-$recording" 2>/dev/null || true; fi
  rm -rf "$work"
}
cd "$work"

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# expect STATUS COMMAND...: runs the command; its output is in the files out and err.
expect() {
  local wanted=$1 status=0
  shift
  timeout -k 1 60 "$@" >out 2>err </dev/null || status=$?
  [ $status = "$wanted" ] || fail "status $status, not $wanted, of: $* ($(cat err))"
}

# says FILE TEXT: the file holds the text.
says() {
  grep -qF -- "$2" "$1" || fail "'$2' is missing in $1: $(cat "$1")"
}

# until_true COMMAND...: repeats it for 10 seconds at most, until it succeeds.
until_true() {
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  fail "never true: $*"
}
