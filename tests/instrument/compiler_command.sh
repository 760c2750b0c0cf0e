# weft c++ and weft cc: what they pass on, and what they leave alone.
set -euo pipefail
weft=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "$1" >&2; exit 1; }

cat >task.cc <<'CODE'
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
int main() { fire(); }
CODE
echo 'int answer(void) { return 42; }' >plain.c
printf '.globl nothing\nnothing: ret\n.section .note.GNU-stack,"",@progbits\n' >plain.S
echo 'int main() { return 0; }' >old.cc

# Compiled and linked apart, and in one; recorded, it says what it does.
"$weft" c++ -std=c++20 -Wall -Werror -c task.cc -o task.o
"$weft" c++ task.o -o apart
"$weft" c++ -std=c++20 task.cc -o at_once
for program in apart at_once; do
  "$weft" record --quiet -o $program.weft ./$program
  "$weft" events $program.weft >events
  grep -q 'task_create(kind=1' events || fail "$program: no coroutine in the trace"
done

# C, assembler and old C++ come out as they do without it.
same_object() {  # same_object COMMAND COMPILER ARGUMENTS...
  local command=$1 compiler=$2
  shift 2
  "$weft" "$command" --compiler="$compiler" "$@" -c -o with.o
  "$compiler" "$@" -c -o without.o
  cmp with.o without.o || fail "$*: not the same object"
}
same_object cc gcc plain.c
same_object cc gcc plain.S
same_object c++ g++ -std=c++17 old.cc

# The compiler's words and status are its own; a call without sources gets nothing more.
"$weft" c++ --compiler=echo a.o b.a -o program >words
[ "$(cat words)" = "a.o b.a -o program" ] || fail "linking: $(cat words)"
WEFT_CXX='echo several words' "$weft" c++ -c a.cc >words
grep -q '^several words -I.*/standard -idirafter .* -DASIO.* -DBOOST_ASIO.* -c a.cc$' words || fail "$(cat words)"
status=0
"$weft" c++ no_such_file.cc 2>/dev/null || status=$?
[ $status = 1 ] || fail "the compiler's status became $status"
"$weft" c++ --compiler=no-such-compiler a.cc 2>message || status=$?
[ $status = 2 ] || fail "no compiler: status $status"
grep -q 'cannot run the compiler no-such-compiler' message || fail "$(cat message)"
"$weft" c++ --help | grep -q WEFT_CXX || fail "no help"

# Precompiled headers are used as without it.
echo '#include <coroutine>' >pch.h
"$weft" c++ -std=c++20 -x c++-header pch.h -o pch.h.gch
grep -v '^#include' task.cc >without.cc
"$weft" c++ -std=c++20 -include pch.h -Winvalid-pch -Werror -H -c without.cc -o task.o 2>read
grep -q '^! .*pch.h.gch' read || fail "the flag switches a precompiled header off: $(cat read)"

# A program that tracks its handlers itself goes on doing so, and is told.
"$weft" c++ -std=c++17 -DBOOST_ASIO_ENABLE_HANDLER_TRACKING -Werror -c old.cc 2>message
grep -q 'its own handler tracking: Boost.Asio is not traced' message || fail "not told"
