#!/usr/bin/env bash
# weft export --format otlp-json and otlp-proto, spans and metrics, by the schema that OpenTelemetry publishes,
# as its own JavaScript exporter has it; and sent to a collector.
set -euo pipefail
weft=$(realpath "$1") modules=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.bash"
. "$here/../e2e/record_storefront.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm_packages "$modules"
record_storefront "$weft" "$dir/t.weft"
"$weft" export --format otlp-json -o "$dir/spans.json" "$dir/t.weft"
"$weft" export --redact --format otlp-json -o "$dir/redacted.json" "$dir/t.weft"
"$weft" export --format otlp-proto -o "$dir/spans.bin" "$dir/t.weft"
for form in json proto; do
  "$weft" export --format otlp-$form --signal metrics -o "$dir/metrics.$form" "$dir/t.weft"
done
[ "$(stat -c %a "$dir/spans.json")" = 600 ]
[ "$(grep -c 'product/[0-9]' "$dir/redacted.json" || true)" = 0 ]
"$weft" query --format csv "$dir/t.weft" "SELECT (SELECT count(*) FROM exchanges WHERE incoming = 0),
  (SELECT count(*) FROM tasks WHERE kind <> 'kernel-thread'),
  (SELECT count(*) FROM requests WHERE kind <> 'root-task')" | tail -1 >"$dir/counts"
node otlp_schema.mjs "$dir/spans.json" "$(tr -d '\r' <"$dir/counts")" "$dir/spans.bin" \
  "$dir/metrics.json" "$dir/metrics.proto"
node otlp_collector.mjs "$weft" "$dir/t.weft" "$dir/spans.bin"
