#!/usr/bin/env bash
# Each link of a *.md file to a file of the tree leads to one, and its #anchor to a heading of it.
set -euo pipefail
cd "$1"
exec python3 - <<'PY'
import re, sys
from pathlib import Path

def text_of(path):
    """Without the blocks in which nothing is a link or a heading."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)

def anchors(path):
    """As GitHub makes them of headings."""
    heads = re.findall(r"^#+ (.+)$", text_of(path), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}

bad = []
files = [path for path in Path(".").rglob("*.md") if not path.parts[0].startswith(("build", "."))]
for path in files:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists():
            bad.append(f"{path}: no such file: {target}")
        elif anchor and anchor not in anchors(file):
            bad.append(f"{path}: no such heading: {target}")
print("\n".join(bad))
sys.exit(1 if bad else 0)
PY
