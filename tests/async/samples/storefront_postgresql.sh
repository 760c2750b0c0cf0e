#!/bin/bash
# samples/storefront on a real PostgreSQL server: the same, and the server is not there in replay.
if [ -z "${PGHOST:-}" ] && command -v pg_virtualenv >/dev/null; then
  exec "$(dirname "$0")/../../../samples/storefront/with_postgresql" bash "$0" "$@"
fi
. "$(dirname "$0")/sample.bash"
needs pg_virtualenv
record_in_background "$(sample storefront)" --requests 120 --db "dbname=postgres sslmode=disable"
until_true 20 grep -q listening "$work/record.out"
port=$(sed -n 's/^listening on port //p' "$work/record.out")
timeout 60 "$(sample storefront storefront_load)" "$port" 4 30
end_recording 0
replay_trace
