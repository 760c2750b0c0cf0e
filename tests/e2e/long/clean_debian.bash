#!/usr/bin/env bash
# weft on a fresh Debian, of any release that this machine's package sources have:
#
#   clean_debian.bash SUITE [STAGE...]        stages: quickstart packages tests; all, by default
#
# quickstart  samples/quickstart, and the command that it prints last
# packages    cpack -G DEB; the packages are installed and tried in another fresh Debian
# tests       tests/run
#
# Each Debian is a directory made by mmdebstrap, entered with chroot in mount and process namespaces of
# its own: what is mounted or started there is gone when the command ends. WEFT_CLEAN_DIR names a folder
# to keep them in, so that one stage can be run again; else they are removed. TESTS_RUN is what tests/run is
# given: "-L unit". Ends with 77 where it cannot run: it needs root and mmdebstrap.
set -euo pipefail
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
suite=$1
shift
stages=${*:-quickstart packages tests}

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "$suite: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || skip "needs root"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
unshare --mount --pid --fork true 2>/dev/null || skip "no namespaces here"

folder=${WEFT_CLEAN_DIR:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(realpath "$folder")
[ -n "${WEFT_CLEAN_DIR:-}" ] || trap 'rm -rf --one-file-system "$folder"' EXIT

# sources: the machine's own Debian sources, for the suite.
sources() {
  apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' \
    'Created-By: Packages' 'Origin: Debian' | sort -u | while read -r codename uri component; do
    case $codename in *-*) part=-${codename#*-} ;; *) part= ;; esac
    echo "deb $uri $suite$part $component"
  done
}

# make_root NAME: a fresh Debian in $folder/NAME.
make_root() {
  [ ! -e "$folder/$1/etc/debian_version" ] || return 0
  sources >"$folder/sources"
  [ -s "$folder/sources" ] || skip "no Debian package sources here"
  mmdebstrap --quiet --variant=apt "$suite" "$folder/$1" - <"$folder/sources"
}

# inside NAME COMMAND...: runs it in that Debian, in the folder /weft.
inside() {
  local root=$folder/$1
  shift
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  mkdir -p "$root/weft"
  unshare --mount --pid --fork --kill-child bash -euc '
    root=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    # This shell is process 1 of its namespace, and stays: it is who reaps orphans.
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME=/tmp LANG=C.UTF-8 bash -euc "cd /weft && \"\$@\"" - "$@" &
    wait $!' - "$root" "$@"
}

# copy_tree NAME: the tree, as a clone of it would be, to /weft in that Debian.
copy_tree() {
  mkdir -p "$folder/$1/weft"
  tar -C "$tree" -c --exclude='./build*' --exclude=.git . | tar -C "$folder/$1/weft" -x
}

try_quickstart() {
  make_root builder
  copy_tree builder
  inside builder samples/quickstart | tee "$folder/quickstart" ||
    { cat "$folder/builder/weft/build/quickstart/log"; fail "quickstart"; }
  local command
  command=$(tail -n 1 "$folder/quickstart")
  inside builder bash -c "$command --batch" >"$folder/debugged" 2>&1 ||
    { cat "$folder/debugged"; fail "what quickstart says last: $command"; }
  grep -q 'task [0-9]* db::Connection::query' "$folder/debugged" || fail "$(cat "$folder/debugged")"
}

try_packages() {
  [ -e "$folder/builder/weft/build/bin/weft-debugger" ] || try_quickstart
  inside builder bash -euc 'apt-get install -y -qq --no-install-recommends dpkg-dev file >/dev/null
    cd build && cpack -G DEB >/dev/null'
  make_root user
  mkdir -p "$folder/user/weft"
  rm -f "$folder/user/weft/"*.deb
  cp "$folder/builder/weft/build/"*.deb "$tree/tests/e2e/long/try_packages" "$folder/user/weft"
  inside user ./try_packages || fail "the packages"
}

try_tests() {
  make_root builder
  copy_tree builder
  inside builder env WEFT_BUILD=/weft/build-tests tests/run ${TESTS_RUN:-} || fail "tests/run"
}

for stage in $stages; do
  echo "== $suite: $stage"
  "try_$stage"
done
