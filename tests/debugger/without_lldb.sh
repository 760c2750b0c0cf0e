#!/usr/bin/env bash
# Where LLDB is not installed: what to install, and all that works without it.
set -euo pipefail
weft=$1 programs=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
cp "$(dirname "$weft")"/{weft,weft-runtime,weft-debugger} "$dir/bin"
"$dir/bin/weft" record -q -o "$dir/t.weft" "$programs/tasks" >/dev/null

expect() {  # WHAT COMMAND...: the commands say it
  local what=$1 words=()
  shift
  for command; do words+=(-c "$command"); done
  "$dir/bin/weft" debug --batch "${words[@]}" "$dir/t.weft" >"$dir/out" 2>&1 || true
  grep -q -- "$what" "$dir/out" || { echo "expected '$what':"; cat "$dir/out"; exit 1; }
}

expect "apt-get install liblldb-19" "b main"
expect "apt-get install liblldb-19" rn
expect "end of the recording" "goto end"
expect "event breakpoint 1: event [0-9]* task_wake" "break-event task_wake" c
expect "event breakpoint 1: event [0-9]* task_wake" "break-event task_wake" "goto end" rc
expect "start of the recording" "goto end" rc
expect "waiting .*parent #1" "break-event task_wake" c tasks
expect "awaited by task 1 parent" "break-event task_wake" c "task 2"
expect "resume of task 2" "break-event task_wake" c "task 2" an
expect "child" "goto end" output
expect "T0" "goto end" threads
