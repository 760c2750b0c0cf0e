#!/usr/bin/env bash
# Steps forward and as many back through the storefront: the same state at each moment.
#   steps.sh WEFT PROGRAMS [--long]       --long: 500 by instruction, 500 by event
. "$(dirname "$0")/../e2e/programs/program.bash"
. "$(dirname "$0")/../e2e/record_storefront.bash"
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
steps=$((long ? 500 : 25))
record_storefront "$weft" "$work/trace.weft" 2 6
walk() { python3 "$here/steps.py" "$weft" "$work/trace.weft" "$@"; }
walk "$steps" stepi/reverse-stepi -- 'b shop.cc:69' continue 'breakpoint delete 1'
walk "$steps" next-event/reverse-next-event -- 'b shop.cc:69' continue next-event
walk 4 'async next/async reverse-next' -- 'b storefront.cc:72' continue
