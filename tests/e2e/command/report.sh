#!/usr/bin/env bash
# weft report: one page, whole or not there at all; each mistake is one message.
. "$(dirname "$0")/command.bash"
expect 0 "$weft" record -q -o t.weft sh -c 'sleep 0.05; echo done'

expect 0 "$weft" report -o t.html t.weft
says out 'weft: wrote t.html ('
[ "$(stat -c %a t.html)" = 600 ] || fail "mode $(stat -c %a t.html)"
says t.html '<!doctype html>'
says t.html "default-src 'none'"
says t.html '"program":"'
# A second one takes the place of the first.
expect 0 "$weft" report --redact --no-replay -o t.html t.weft
says t.html '"redacted":true'

expect 2 "$weft" report t.weft
says err '--output is required'
expect 2 "$weft" report -o other.html --request 7 t.weft
says err 'there is no request 7: t.weft holds no requests'
expect 2 "$weft" report -o t.weft t.weft
says err 't.weft is the trace itself'
expect 2 "$weft" report -o nowhere/t.html t.weft
says err 'cannot write nowhere/t.html: No such file or directory'
expect 2 "$weft" report -o . t.weft
says err 'cannot write .: Is a directory'
expect 2 "$weft" report -o /dev/full t.weft
says err 'No space left on device'
expect 2 "$weft" report -o other.html missing.weft
expect 5 "$weft" report -o other.html t.html
[ ! -e other.html ] || fail "a page of nothing"

# What is readable of a damaged trace is shown.
head -c $(($(stat -c %s t.weft) - 60)) t.weft >cut.weft
expect 5 "$weft" report --no-replay -o cut.html cut.weft
says cut.html '"damage":"'
[ "$(ls ./*.html.* 2>/dev/null | wc -l)" = 0 ] || fail "left behind: $(ls)"
