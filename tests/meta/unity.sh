#!/usr/bin/env bash
# samples/quickstart builds with CMAKE_UNITY_BUILD: sources of one target compile as one, so no two of
# them have a name of their own that is the same. Here all sources of a target are one, whichever
# target it is.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake -S "$1" -B "$work" -G Ninja -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 \
  -DWEFT_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }

python3 - "$work/compile_commands.json" <<'END'
import concurrent.futures, json, re, subprocess, sys

def check(entry):
    command = re.sub(r' -o \S+ -c ', ' -fsyntax-only -w ', entry['command'])
    command = re.sub(r'^\S*ccache ', '', command)
    run = subprocess.run(command, shell=True, cwd=entry['directory'], capture_output=True, text=True)
    return entry['file'], run.returncode, run.stderr

entries = [e for e in json.load(open(sys.argv[1])) if '/Unity/' in e['file']]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    failed = [r for r in pool.map(check, entries) if r[1] != 0]
for file, _, errors in failed:
    print(f'{file} does not compile:\n{errors}')
print(f'{len(entries)} targets, {len(failed)} that do not compile as one file')
sys.exit(not entries or bool(failed))
END
