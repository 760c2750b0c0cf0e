#!/bin/bash
# curl: downloads from a local server, several at a time, an error, a file, and its version.
. "$(dirname "$0")/program.bash"
needs curl
port=$(free_port)
mkdir "$work/site"
head -c 3000000 /dev/urandom >"$work/site/large"
echo small >"$work/site/small"
start /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port" \
  >/dev/null 2>&1
until_true 20 curl -sf "http://127.0.0.1:$port/small"
site=http://127.0.0.1:$port
check_command curl -s "$site/large"
check_command curl -s --parallel -o one -o two -o three "$site/large" "$site/small" "$site/large"
check_command curl -s -f "$site/missing"
check_command curl -s "http://localhost:$port/small"
check_command curl -s "file://$work/site/large"
check_command curl --version
