#!/bin/bash
# 500 steps of the debugger forward and back through the storefront: the same state at each moment.
export WEFT_SAMPLES_DIR=${WEFT_SAMPLES_DIR:-$(dirname "$1")/../tests/async/samples}
exec bash "$(dirname "$0")/../../debugger/steps.sh" "$1" 1 --long
