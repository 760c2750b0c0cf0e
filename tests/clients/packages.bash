# npm_packages FOLDER: gets the packages of package.json into FOLDER, copies the tests there, and
# goes there. Skips the test where npm cannot.
npm_packages() {
  local here modules=$1
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  missing() {
    echo "skipped: $*"
    exit 77
  }
  command -v node npm >/dev/null || missing "no node, or no npm (Debian: nodejs npm)"
  mkdir -p "$modules"
  cp "$here"/*.mjs "$here"/package*.json "$modules"
  cd "$modules"
  cmp -s package-lock.json node_modules/.weft-lock && return
  timeout 100 npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1 ||
    missing "npm cannot get the clients: $(tail -1 npm.log)"
  cp package-lock.json node_modules/.weft-lock
}
