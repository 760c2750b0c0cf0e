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
