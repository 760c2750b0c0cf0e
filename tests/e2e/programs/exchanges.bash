# For the scripts that compare what weft sees on connections with what the clients say they did.
# Reads $work/trace.weft with tests/tools/list_exchanges.
list_exchanges=$(dirname "$weft")/../tests/tools/list_exchanges
[ -x "$list_exchanges" ] || list_exchanges=${WEFT_PROGRAMS_DIR:-}/../tools/list_exchanges
[ -x "$list_exchanges" ] || { echo "skipped: tests/tools/list_exchanges is not built"; exit 77; }

# expect_exchanges NUMBER PATTERN: so many exchanges have a line that matches.
expect_exchanges() {
  [ -s "$work/exchanges" ] || "$list_exchanges" "$work/trace.weft" >"$work/exchanges"
  local found
  found=$(grep -cE -- "$2" "$work/exchanges" || true)
  [ "$found" -eq "$1" ] || { echo "$found exchanges match '$2', not $1" >&2; return 1; }
}
