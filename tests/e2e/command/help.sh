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
expect 2 "$weft"
expect 2 "$weft" rekord true
says err "no such command: 'rekord'"
expect 2 "$weft" record
says err 'which program should be recorded?'
expect 2 "$weft" record --nonsense true
expect 2 "$weft" replay
