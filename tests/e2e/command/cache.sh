#!/usr/bin/env bash
# The cache of mapped files: used by the next recording, made only where there is a home directory,
# and not at all with --no-cache. The traces replay with and without it.
. "$(dirname "$0")/command.bash"
unset XDG_CACHE_HOME

HOME=$work/missing expect 0 "$weft" record -q -o missing.weft true
[ ! -e missing ] || fail 'a home directory that did not exist was made'
mkdir home
HOME=$work/home expect 0 "$weft" record -q --no-cache -o without.weft true
[ ! -e home/.cache ] || fail '--no-cache has made a cache'
HOME=$work/home expect 0 "$weft" record -q -o first.weft true
[ -s home/.cache/weft/contents/new.data ] || fail 'no cache was made'
[ "$(stat -c %a home/.cache/weft/contents)" = 700 ] || fail 'others can read the cache'
HOME=$work/home expect 0 "$weft" record -q -o second.weft true
for trace in missing without first second; do
  expect 0 "$weft" replay "$trace.weft"
done
