# find_package(weft) and weft_trace(): from the build tree, and from an installation.
set -euo pipefail
weft=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<'CODE'
cmake_minimum_required(VERSION 3.25)
project(user CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(weft REQUIRED)
add_library(part STATIC part.cc)
add_executable(program main.cc)
target_link_libraries(program PRIVATE part weft::weft)
weft_trace(part program)
CODE
cat >"$work/project/part.cc" <<'CODE'
#include <coroutine>
struct Fire {
  struct promise_type {
    Fire get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
    void return_void() {}
  };
};
Fire fire() { co_await std::suspend_never(); }
void part() { fire(); }
CODE
cat >"$work/project/main.cc" <<'CODE'
#include <weft/async.h>
void part();
int main() {
  auto request = weft::request("whole");
  weft::note("key", "value");
  part();
}
CODE

check() {  # check KIND FOLDER: KIND for people, FOLDER to find weft in
  cmake -S "$work/project" -B "$work/$1" -DCMAKE_PREFIX_PATH="$2" >"$work/log" 2>&1 &&
    cmake --build "$work/$1" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  "$weft" record --quiet -o "$work/$1.weft" "$work/$1/program"
  "$weft" events "$work/$1.weft" >"$work/events"
  for said in 'task_create(kind=1' 'request_begin(' 'note('; do
    grep -qF "$said" "$work/events" || { echo "$1: no $said in the trace" >&2; exit 1; }
  done
}
check build_tree "$build"
cmake --install "$build" --prefix "$work/prefix" --component trace >/dev/null
check installed "$work/prefix"
