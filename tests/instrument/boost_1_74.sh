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

# check PROGRAM STANDARD EXPECTED
check() {
  local source=$here/programs/$1.cc name=$work/$1
  g++ "-std=$2" -O0 -isystem "$include" "$source" -o "$name.plain" -pthread
  "$weft" c++ "-std=$2" -O0 -isystem "$include" -DWEFT_INSTRUMENT_TABLE=weft_test_table \
    -Wall -Wextra -Werror "$source" "$here/fake_table.cc" -I "$root/include" -I "$root" -o "$name.traced" -pthread
  "$here/check_hooks" "$weft" "$name.plain" "$name.traced" "$here/$3"
}
check asio_coroutines c++20 boost_1_74.hooks
check boost_callbacks c++17 boost_1_74_callbacks.hooks
