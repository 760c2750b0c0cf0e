# What a compiler is asked for, it does with the flag as without it: the same diagnostics, and programs
# that print the same. One option set a line, for each compiler.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
weft=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "$1" >&2; exit 1; }

# same COMPILER SOURCE OPTIONS...
same() {
  local compiler=$1 source=$2
  shift 2
  "$compiler" "$@" "$source" -o plain 2>plain.said ||
    { cat plain.said; fail "$compiler $*: does not compile plain"; }
  "$weft" c++ --compiler="$compiler" "$@" "$source" -o traced 2>traced.said ||
    { cat traced.said; fail "$compiler $*: does not compile with the flag"; }
  # Of notes, the chain of instantiations is another.
  grep -E '(warning|error):' plain.said | sort >plain.warnings || true
  grep -E '(warning|error):' traced.said | sort >traced.warnings || true
  diff plain.warnings traced.warnings || fail "$compiler $* $source: other diagnostics with the flag"
  ./plain >plain.out 2>&1
  ./traced >traced.out 2>&1 || { cat traced.out; fail "$compiler $* $source: fails with the flag"; }
  diff plain.out traced.out || fail "$compiler $* $source: prints something else with the flag"
}

# Macros that a file defines first have their effect; names of headers that it does not include are
# its own.
cat >own_names.cc <<'CODE'
#define _GLIBCXX_ASSERTIONS 1
#define _GLIBCXX_DEBUG 1
enum Machine { EM_386 = 1, PT_LOAD, SHT_NULL, EIO, EAGAIN };
struct weft_of_the_user {};
int uint32_t_of_mine = EM_386 + PT_LOAD + SHT_NULL + EIO + EAGAIN;
#include <coroutine>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>
#ifndef _GLIBCXX_DEBUG_VECTOR
#error the macro at the top has no effect
#endif
struct Fire {
  struct promise_type {
    Fire get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
    void return_void() {}
  };
};
static Fire fire(const std::vector<int>& numbers) {
  co_await std::suspend_never();
  std::printf("%d\n", numbers[static_cast<size_t>(uint32_t_of_mine)]);
}
static void caught(int) { std::puts("caught"), std::fflush(stdout), std::_Exit(0); }
int main() {
  std::signal(SIGABRT, caught);
  std::fclose(stderr);
  fire({1, 2});
}
CODE

readonly everything='-Wall -Wextra -Wshadow -Wpedantic -Wconversion -Wold-style-cast -Wuseless-cast'
for compiler in g++ clang++-19; do
  command -v $compiler >/dev/null || continue
  warnings=$everything
  [ $compiler = g++ ] || warnings='-Weverything -Wno-c++98-compat'
  chain=$here/programs/await_chain.cc generators=$here/programs/generators.cc
  same $compiler own_names.cc -std=c++20 -O1
  same $compiler "$chain" -std=c++20 -O0 -g $warnings
  same $compiler "$generators" -std=c++23 -O2 $warnings
  same $compiler "$here/programs/promise_shapes.cc" -std=gnu++20 -O3 $warnings
  same $compiler "$here/programs/no_exceptions.cc" -std=c++20 -O2 -fno-exceptions -fno-rtti $warnings
  same $compiler "$chain" -std=c++20 -O2 -flto
  same $compiler "$here/programs/outcomes.cc" -std=c++20 -O1 -fsanitize=undefined,address
  same $compiler "$generators" -std=c++20 -O0 -D_GLIBCXX_DEBUG -fvisibility=hidden -fno-inline
done
