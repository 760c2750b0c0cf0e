# record_storefront WEFT TRACE: 240 requests to the storefront, some of them slow. Skips the test where
# it, or LLDB, is not there.
record_storefront() {
  local weft=$1 trace=$2 port recording
  local storefront=${WEFT_SAMPLES_DIR:?names the folder with the built samples}/storefront
  [ -e "$(dirname "$weft")/weft-lldb.so" ] && [ -x "$storefront/storefront" ] || {
    echo "no LLDB here, or no storefront"
    exit 77
  }
  : >"$trace.out"  # it is read before the program has begun
  "$weft" record -q -o "$trace" "$storefront/storefront" --requests 240 --update-ms 200 \
    >"$trace.out" 2>&1 &
  recording=$!
  for _ in $(seq 200); do
    port=$(sed -n 's/^listening on port //p' "$trace.out")
    [ -n "$port" ] && break
    sleep 0.1
  done
  timeout 60 "$storefront/storefront_load" "$port" 6 40 >/dev/null
  wait "$recording"
}
