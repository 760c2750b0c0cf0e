#!/bin/bash
# samples/storefront on a real PostgreSQL server: the same, and the server is not there in replay.
if [ -z "${PGHOST:-}" ] && command -v pg_virtualenv >/dev/null; then
  exec "$(dirname "$0")/../../../samples/storefront/with_postgresql" bash "$0" "$@"
fi
. "$(dirname "$0")/sample.bash"
. "$sources/../tests/e2e/record_storefront.bash"
needs pg_virtualenv
record_storefront "$weft" "$work/trace.weft" 4 30 --db "dbname=postgres sslmode=disable"
replay_trace
