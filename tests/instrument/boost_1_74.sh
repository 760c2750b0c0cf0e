# Boost 1.74 (Asio 1.18) under the flag. Its package cannot stand beside that of 1.81, so its headers
# are taken out of the package file, into the build directory.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
weft=$1 folder=$2/boost-1.74
if [ ! -d "$folder/usr" ]; then
  mkdir -p "$folder"
  (cd "$folder" && apt-get download libboost1.74-dev >log 2>&1 && dpkg-deb -x ./*.deb unpacked &&
    rm ./*.deb && mv unpacked/usr usr) ||
    { echo "skipped: libboost1.74-dev cannot be had: $(tail -1 "$folder/log")"; exit 77; }
fi
include=$folder/usr/include
grep -q '"1_74"' "$include/boost/version.hpp"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$(cd "$here/../.." && pwd)
source=$here/programs/asio_coroutines.cc
g++ -std=c++20 -O0 -isystem "$include" "$source" -o "$work/plain" -pthread
"$weft" c++ -std=c++20 -O0 -isystem "$include" -DWEFT_INSTRUMENT_TABLE=weft_test_table \
  -Wall -Wextra -Werror "$source" "$here/fake_table.cc" -I "$root/include" -o "$work/traced" -pthread
"$here/check_hooks" "$weft" "$work/plain" "$work/traced" "$here/boost_1_74.hooks"
