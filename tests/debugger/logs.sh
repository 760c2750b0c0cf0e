#!/usr/bin/env bash
# weft logs: lines put together, who wrote each, for which request.
set -euo pipefail
weft=$1 programs=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
"$weft" record -q -o t.weft "$programs/log_writer" >out 2>err
"$weft" logs --json t.weft >lines
python3 - <<'P'
import json
lines = [json.loads(line) for line in open('lines')]
got = [(line['stream'], line['text'][:12], line['task_name'], line['trace_id']) for line in lines]
trace_id = '0af7651916cd43dd8448eb211c80319c'
assert got == [
    ('stdout', 'starts', None, None),
    ('stderr', 'red words', None, None),
    ('app.log', 'one begins', 'first', trace_id),
    ('app.log', 'one ends', 'first', trace_id),
    ('app.log', 'two xxxxxxxx', 'second', None),
    ('stdout', '\ufffd', 'second', None),
    ('stdout', '', 'second', None),
    ('later-log', 'second file', None, None),
    ('stdout', 'no line end', None, None)], got
assert [line['complete'] for line in lines] == [True] * 8 + [False]
assert lines[4]['missing_bytes'] == 704 + 1 - 512 and lines[3]['missing_bytes'] == 0, lines[4]
assert lines[2]['event'] < lines[2]['last_event'] and lines[3]['event'] == lines[3]['last_event']
assert lines[2]['request'] != lines[4]['request'] and lines[0]['request'] is None
assert all(line['thread'] == 0 for line in lines)
open('request', 'w').write(str(lines[2]['request']))
open('task', 'w').write(str(lines[4]['task']))
P
[ "$("$weft" logs --request "$(cat request)" t.weft | sed 's/.*\] //')" = $'one begins\none ends' ]
[ "$("$weft" logs --request 0af7651916cd43dd8448eb211c80319c t.weft | wc -l)" = 2 ]
[ "$("$weft" logs --task "$(cat task)" t.weft | wc -l)" = 3 ]
"$weft" logs t.weft >text
grep -qE '^ *\+0\.[0-9]{6} s app\.log \[T0 first #[0-9]+ request [0-9]+ 0af7[0-9a-f]*\] one begins$' text
grep -qF '...(193 more bytes)' text
grep -qF '] \xff' text
fails() {
  local status=0
  "$weft" logs "${@:2}" >said 2>&1 || status=$?
  [ $status = 2 ] && grep -qF -- "$1" said || { cat said; exit 1; }
}
fails 'there is no request 99' --request 99 t.weft
fails 'there is no task x' --task x t.weft
fails 'none.weft' none.weft
