#!/bin/bash
# All of Boost.Asio's own examples that are listed, also compiled without the flag: the same output.
. "$(dirname "$0")/../programs/program.bash"
"$programs/../../async/asio_examples" "$weft" "$work/examples" --all --table
