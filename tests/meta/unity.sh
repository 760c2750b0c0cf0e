#!/usr/bin/env bash
# samples/quickstart builds with CMAKE_UNITY_BUILD: the sources of one library compile as one, so no
# two of them have a name of their own that is the same.
set -euo pipefail
cd "$1"
failed=0
for folder in recorder/{cli,launch,drain,trace} replayer/{trace,inspect,session} \
  debugger/{protocol,connections,analysis,report}; do
  printf '#include "%s"\n' "$folder"/*.cc |
    c++ -std=c++20 -DWEFT_VERSION='""' -I. -Iinclude -fsyntax-only -x c++ - ||
    { echo "$folder does not compile as one file"; failed=1; }
done
exit $failed
