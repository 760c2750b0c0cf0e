#!/bin/bash
# weft export: each format is opened by the tool that reads it (sqlite3, dot, Python's csv and json),
# and the counts of all formats agree.
. "$(dirname "$0")/sample.bash"

record_hanging "$(sample hang locks)" 1
cd "$work"
export_to() { "$weft" export --format "$1" -o "$2" "${@:3}" trace.weft; }
export_to perfetto-json trace.json
export_to otlp-json spans.json
export_to dot all.dot
export_to dot one.dot --request 1
export_to folded all.folded
export_to csv tables
export_to sqlite trace.db

[ "$(stat -c %a trace.json trace.db tables/tasks.csv | sort -u)" = 600 ]
[ "$(sqlite3 trace.db 'pragma integrity_check')" = ok ]
if command -v dot >/dev/null; then
  dot -Tsvg all.dot -o all.svg
  dot -Tsvg one.dot -o one.svg
  grep -q checkout all.svg
else
  echo "no dot: graphs were not drawn"
fi
grep -q '\[waiting\] [0-9]*$' all.folded

/usr/bin/python3 - <<'P'
import csv, json, re, sqlite3
database = sqlite3.connect('trace.db')
def count(table, where='1'):
    return database.execute(f'SELECT count(*) FROM {table} WHERE {where}').fetchone()[0]
for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
    rows = list(csv.reader(open(f'tables/{table}.csv', newline='')))
    assert len(rows) - 1 == count(table), table
    assert all(len(row) == len(rows[0]) for row in rows), table

events = json.load(open('trace.json'))['traceEvents']
def found(phase, category): return [e for e in events if (e['ph'], e.get('cat')) == (phase, category)]
assert len(found('X', 'run')) == count('segments')
assert len(found('b', 'task')) == len(found('e', 'task')) == count('tasks', "kind <> 'kernel-thread'")
assert len(found('b', 'request')) == count('requests')
assert len(found('X', 'blocked')) == count('blocked_calls')
# A flow begins and ends inside of a slice of its thread, or no tool draws it.
slices = {}
for e in events:
    if e['ph'] == 'X': slices.setdefault(e['tid'], []).append((e['ts'], e['ts'] + e['dur']))
inside = lambda e: any(a - 0.002 <= e['ts'] <= b + 0.002 for a, b in slices.get(e['tid'], []))
starts, ends = found('s', 'wake'), found('f', 'wake')
assert len(starts) == len(ends) > 0 and {e['id'] for e in starts} == {e['id'] for e in ends}
assert all(inside(e) for e in ends), 'a flow that ends nowhere'
lost = sum(not inside(e) for e in starts)
assert lost == 0, f'{lost} of {len(starts)} flows begin nowhere'
# Slices of one thread lie inside of each other, or apart.
for tid, list_ in slices.items():
    open_ = []
    for a, b in sorted(list_, key=lambda s: (s[0], -s[1])):
        while open_ and open_[-1] <= a + 0.002: open_.pop()
        assert not open_ or b <= open_[-1] + 0.002, (tid, a, b)
        open_.append(b)
# Spans: each parent is there, in the same trace; links lead to spans.
(scope,) = json.load(open('spans.json'))['resourceSpans'][0]['scopeSpans']
spans = {(s['traceId'], s['spanId']): s for s in scope['spans']}
assert len(spans) == len(scope['spans'])
for (trace_id, span_id), span in spans.items():
    assert re.fullmatch('[0-9a-f]{32}', trace_id) and re.fullmatch('[0-9a-f]{16}', span_id)
    assert int(span['startTimeUnixNano']) <= int(span['endTimeUnixNano'])
    assert 'parentSpanId' not in span or (trace_id, span['parentSpanId']) in spans, span
    assert all((l['traceId'], l['spanId']) in spans for l in span.get('links', [])), span
assert sum('weft.task' in {a['key'] for a in s['attributes']} for s in spans.values()) == \
    count('tasks', "kind <> 'kernel-thread'")
assert all(re.fullmatch(r'.*;\[\w+\] \d+', line.rstrip('\n')) for line in open('all.folded'))
P

# Mistakes: one message, and nothing is written over or left behind.
fails() {
  local status=0
  "$weft" export "${@:2}" >said 2>&1 || status=$?
  [ $status = 2 ] && grep -qF -- "$1" said && return
  cat said
  exit 1
}
fails 'trace.db exists already' --format sqlite -o trace.db trace.weft
fails 'cannot make the folder tables: File exists' --format csv -o tables trace.weft
fails 'No space left on device' --format folded -o /dev/full trace.weft
fails 'is the trace itself' --format dot -o trace.weft trace.weft
fails 'there is no request 99' --format dot --request 99 -o x trace.weft
fails '--request is not for --format csv' --format csv --request 1 -o x trace.weft
[ ! -e x ]
