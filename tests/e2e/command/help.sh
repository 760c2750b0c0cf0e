#!/usr/bin/env bash
# Each command explains itself, with examples; what is wrong gets one message and status 2.
. "$(dirname "$0")/command.bash"
expect 0 "$weft" --version
grep -qE '^weft [0-9]+\.[0-9]+\.[0-9]+$' out || fail "version: $(cat out)"
expect 0 "$weft" --help
for command in record replay info events; do
  says out "weft $command"
  expect 0 "$weft" "$command" --help
  for section in NAME SYNOPSIS OPTIONS DESCRIPTION EXAMPLES 'EXIT STATUS'; do says out "$section"; done
  expect 0 "$weft" --help
done
# No line is wider than a terminal of 80 columns.
expect 0 "$weft" --help
for command in '' $(sed -n '/^COMMANDS$/,/^$/s/^  \([a-z+]*\) .*/\1/p' out); do
  expect 0 "$weft" help $command
  awk 'length($0) > 80 { print; wide = 1 } END { exit wide }' out >wide ||
    fail "weft help $command has lines of more than 80 columns: $(cat wide)"
done
expect 2 "$weft"
expect 2 "$weft" rekord true
says err "no such command: 'rekord'"
expect 2 "$weft" record
says err 'which program should be recorded?'
expect 2 "$weft" record --nonsense true
for slice in 0 nan 1e9; do
  expect 2 "$weft" record --slice "$slice" true
  says err 'a slice is 0.5 to 1000 milliseconds'
done
expect 2 "$weft" replay
