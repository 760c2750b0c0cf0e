#!/bin/bash
# samples/storefront under load: exact in every replay; S0: the slow requests are at the top, and what
# took the time is a query of the table that the background job updates.
. "$(dirname "$0")/sample.bash"
. "$sources/../tests/e2e/record_storefront.bash"
requests=$((long ? 1200 : 240))
record_storefront "$weft" "$work/trace.weft" 6 $((requests / 6)) --update-ms 200

rows requests --where GET >"$work/all"
holds "len(it) == $requests" <"$work/all"
rows requests --slowest 5 >"$work/slowest"
orders='[row["request"] for row in it if "FROM orders" in row["where"][0]["what"]]'
holds "len($orders) >= 2" <"$work/slowest"
graph "$(/usr/bin/python3 -c "
import json
it = [json.loads(line) for line in open('$work/slowest')]
print($orders[0])")" >"$work/graph"
holds 'any(v["kind"] == "exchange" and v["critical"] and "FROM orders" in v["name"] and
           v["duration_seconds"] > 0.8 * it["duration_seconds"] for v in it["vertices"])' <"$work/graph"
"$weft" requests --slowest 5 "$work/trace.weft" >"$work/text"
grep -qE '^  they run (at the same time as|within .* of) UPDATE orders \(' "$work/text" || {
  cat "$work/text"
  exit 1
}
for expression in session respond route db::Pool::query db::Connection::query; do
  holds "any('$expression' in v['name'] for v in it['vertices'])" <"$work/graph"
done
replay_trace
