# weft trace: the calls of functions of a program that was recorded as it is, counted exactly.
. "$(dirname "$0")/command.bash"
guests=$WEFT_GUESTS_DIR

expect 0 "$weft" record -o guest.weft -- "$guests/cxx_exceptions"

# The source says: 2 threads, 200 throws each, from depths 0 to 49 in turn; all end by an exception.
"$weft" trace --json guest.weft descend > calls.json
python3 - <<'PYTHON'
import json

calls = json.load(open('calls.json'))
[descend] = calls['functions']
assert descend['function'] == 'descend', descend
assert descend['calls'] == descend['exceptions'] == 2 * 4 * sum(range(1, 51)), descend
assert descend['ends_not_seen'] == descend['open'] == descend['unknown_exits'] == 0, descend
assert descend['total_least_seconds'] <= descend['total_seconds'] <= descend['total_most_seconds']
assert descend['file'].endswith('cxx_exceptions.cc'), descend
PYTHON

# Each of them, in the call that it was made in, twice the same.
"$weft" trace --json --each guest.weft descend throw_often main > each.json
"$weft" trace --json --each guest.weft descend throw_often main > again.json
cmp each.json again.json
python3 - <<'PYTHON'
import json

trace = json.load(open('each.json'))
calls = {call['call']: call for call in trace['calls']}
names = {}
for call in calls.values():
    outer = calls[call['outer']] if 'outer' in call else None
    pair = (call['function'], outer['function'] if outer else '')
    names[pair] = names.get(pair, 0) + 1
    if outer:
        assert call['thread'] == outer['thread']
        assert (call['event'], call['ordinal']) > (outer['event'], outer['ordinal'])
        assert (call['end_event'], call['end_ordinal']) <= (outer['end_event'], outer['end_ordinal'])
assert names == {('main', ''): 1, ('throw_often', 'main'): 1, ('throw_often', ''): 1,
                 ('descend', 'throw_often'): 400, ('descend', 'descend'): 9800}, names
PYTHON

# The table, and what there is none of.
expect 0 "$weft" trace guest.weft 'file:cxx_exceptions.cc' no_such_function
grep -q '^descend .* 10200 ' out || fail "descend is missing: $(cat out)"
says out "no function matches 'no_such_function'"
expect 2 "$weft" trace guest.weft no_such_function
says err "has no function 'no_such_function'"

# A program that reads its own code sees the probes: that is said, never a wrong figure.
expect 0 "$weft" record -o checksum.weft -- "$guests/text_checksum"
expect 4 "$weft" trace checksum.weft 'lib:text_checksum'
says err 'with probes, the replay diverged'
says err 'weft replay checksum.weft tells whether'
expect 0 "$weft" replay checksum.weft

expect 2 "$weft" trace --request 7 guest.weft descend
expect 2 "$weft" trace guest.weft
