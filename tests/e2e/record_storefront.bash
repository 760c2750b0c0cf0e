# record_storefront WEFT TRACE [CLIENTS EACH [OPTION...]]: CLIENTS (6) ask the storefront EACH (40) times, with
# OPTIONs of the storefront (--update-ms 200: some of them are slow). Skips the test where it is not built.
record_storefront() {
  local weft=$1 trace=$2 clients=${3:-6} each=${4:-40} port='' recording status=0
  local storefront=${WEFT_SAMPLES_DIR:?names the folder with the built samples}/storefront
  [ $# -ge 4 ] && shift 4 || set -- --update-ms 200
  [ -x "$storefront/storefront" ] || { echo "skipped: the storefront is not built"; exit 77; }
  : >"$trace.out"  # it is read before the program has begun
  setsid "$weft" record -q -o "$trace" "$storefront/storefront" --requests $((clients * each)) "$@" \
    >"$trace.out" 2>&1 &
  recording=$!
  for _ in $(seq 200); do
    port=$(sed -n 's/^listening on port //p' "$trace.out")
    [ -n "$port" ] && break
    sleep 0.1
  done
  timeout 60 "$storefront/storefront_load" "$port" "$clients" "$each" >/dev/null || status=$?
  if [ $status -ne 0 ]; then
    kill -KILL -- "-$recording" 2>/dev/null || true
    echo "the storefront was not asked to the end: $(cat "$trace.out")" >&2
  fi
  wait "$recording" || status=$?
  return $status
}
