# find_package(weft) and weft_trace(): from the build tree, and from an installation; in a project with C
# sources, a precompiled header that is used as without the flag, and a unity build.
set -euo pipefail
weft=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<'CODE'
cmake_minimum_required(VERSION 3.25)
project(user C CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_FLAGS "-Wall -Wextra -Winvalid-pch -Werror")
find_package(weft REQUIRED)
add_library(part STATIC part.cc other_part.cc plain.c)
set_target_properties(part PROPERTIES UNITY_BUILD ON)
add_executable(program main.cc)
target_precompile_headers(part PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:<coroutine$<ANGLE-R>>"
                                       "$<$<COMPILE_LANGUAGE:CXX>:<vector$<ANGLE-R>>")
target_link_libraries(program PRIVATE part weft::weft)
weft_trace(part program)
CODE
cat >"$work/project/plain.c" <<'CODE'
int plain(void);
int plain(void) { return 1; }
CODE
cat >"$work/project/other_part.cc" <<'CODE'
extern "C" int plain(void);
struct Other : std::vector<int> {};
Fire other() { co_await std::suspend_never(); }
void other_part() { other(), plain(); }
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
void other_part();
void part() { fire(), other_part(); }
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

# GCC says with -H what it reads: "! FILE.gch" for a precompiled header.
used_precompiled() {
  local command
  command=$(grep -m1 -E '(^|&& )[^ ]*c\+\+ .* -c [^ ]*unity_0_cxx' "$work/log") || { echo "$1: no unity build" >&2; exit 1; }
  (cd "$work/$1" && eval "${command#*&& } -H" 2>"$work/read")
  grep -q '^! .*cmake_pch.hxx.gch$' "$work/read" ||
    { echo "$1: the flag switches the precompiled header off" >&2; exit 1; }
}

check() {  # check KIND FOLDER: KIND for people, FOLDER to find weft in
  cmake -S "$work/project" -B "$work/$1" -DCMAKE_PREFIX_PATH="$2" >"$work/log" 2>&1 &&
    cmake --build "$work/$1" -- VERBOSE=1 >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  used_precompiled "$1"
  "$weft" record --quiet -o "$work/$1.weft" "$work/$1/program"
  "$weft" events "$work/$1.weft" >"$work/events"
  for said in 'task_create(kind=1' 'request_begin(' 'note('; do
    grep -qF "$said" "$work/events" || { echo "$1: no $said in the trace" >&2; exit 1; }
  done
}
check build_tree "$build"
cmake --install "$build" --prefix "$work/prefix" --component trace >/dev/null
check installed "$work/prefix"
