#!/usr/bin/env bash
# Sources pass the checks of .clang-tidy, by clang-tidy 19, which Debian 12 and 13 both have.
#
#   tests/meta/clang_tidy.sh TREE BUILD/bin/weft          the files that changed last
#   tests/meta/clang_tidy.sh TREE BUILD/bin/weft --all    all of them: some minutes
#
# BUILD/compile_commands.json says how each file is compiled; where BUILD compiles several as one, a
# configuration that does not.
set -euo pipefail
command -v clang-tidy-19 >/dev/null || { echo "no clang-tidy-19 (Debian: clang-tidy-19)"; exit 77; }
exec python3 - "$@" <<'PY'
import json, os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

tree, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve().parents[1]
everything = "--all" in sys.argv
HOUSES = ("include/", "recorder/", "replayer/", "debugger/")
BOUND = 8  # files of the quick run
# What only GCC knows, what GCC has checked already, and GCC's precompiled header.
LEFT_OUT = re.compile(r" -(W\S+|mgeneral-regs-only|include \S*cmake_pch\.hxx|fno-ipa\S*)(?= )")


def commands(build):
    """The compile command of each source of the product, by its path in the tree."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = Path(entry["directory"], entry["file"]).resolve()
        if tree not in file.parents or file.suffix != ".cc" or not file.exists():
            continue
        name = str(file.relative_to(tree))
        if name.startswith(HOUSES):
            found[name] = dict(entry, file=str(file), command=LEFT_OUT.sub("", entry["command"]))
    return found


def git(*words):
    return subprocess.run(["git", "-C", tree, *words], capture_output=True, text=True).stdout.split()


def changed_last(names):
    """Uncommitted changes first, then those of the last commits; without git, the newest files."""
    order = git("diff", "--name-only", "HEAD") + git("log", "-40", "--name-only", "--format=")
    order += sorted(names, key=lambda name: -(tree / name).stat().st_mtime)
    return list(dict.fromkeys(name for name in order if name in names))[:BOUND]


def check(name):
    done = subprocess.run(
        ["clang-tidy-19", "--quiet", "--warnings-as-errors=*", f"--config-file={tree}/.clang-tidy",
         f"--header-filter={tree}/({'|'.join(HOUSES)})", "-p", database, str(tree / name)],
        capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout or done.stderr, flush=True)
    return done.returncode == 0


with tempfile.TemporaryDirectory() as database:
    if re.search(r"^CMAKE_UNITY_BUILD:\w+=ON$", (build / "CMakeCache.txt").read_text(), re.M):
        build = Path(database)
        subprocess.run(["cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DWEFT_TESTS=OFF"],
                       check=True, stdout=subprocess.DEVNULL)
    known = commands(build)
    if not known:
        sys.exit(f"no sources in {build}/compile_commands.json")
    Path(database, "compile_commands.json").write_text(json.dumps(list(known.values())))
    chosen = sorted(known) if everything else changed_last(known)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        good = list(pool.map(check, chosen))
print(f"{len(chosen)} files, {good.count(False)} with findings")
sys.exit(0 if all(good) else 1)
PY
