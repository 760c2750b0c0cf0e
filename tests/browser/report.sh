#!/usr/bin/env bash
# The page of weft report in a browser: WEFT GUEST FOLDER. FOLDER keeps what npm fetches.
set -euo pipefail
weft=$(realpath "$1") guest=$(realpath "$2") modules=$(realpath -m "$3")
here=$(cd "$(dirname "$0")" && pwd)

missing() {
  echo "skipped: $*"
  exit 77
}
CHROMIUM=$(command -v chromium) || missing "no chromium (Debian: chromium)"
export CHROMIUM
command -v node npm >/dev/null || missing "no node, or no npm (Debian: nodejs npm)"
mkdir -p "$modules"
cp "$here"/*.mjs "$here"/package*.json "$modules"
if [ ! -d "$modules/node_modules/playwright-core" ]; then
  (cd "$modules" && timeout 60 npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1) ||
    missing "npm cannot get playwright-core: $(tail -1 "$modules/npm.log")"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/weft-browser-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
"$weft" record -q -o guest.weft "$guest"
"$weft" report -o guest.html guest.weft
"$weft" report --redact -o redacted.html guest.weft
node "$modules/report_test.mjs" "$work/guest.html" "$work/redacted.html"
