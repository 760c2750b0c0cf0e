#!/usr/bin/env bash
# What cannot be recorded: the right status, one message that says what to do, and no trace.
. "$(dirname "$0")/command.bash"
mkdir dir
echo 'echo hello' >text
: >empty
cp /bin/true not_executable
chmod 755 text empty
chmod 644 not_executable
printf '#!/nonexistent/interpreter\n' >script
chmod 755 script

# refused STATUS TEXT PROGRAM
refused() {
  expect "$1" "$weft" record -o t.weft "$3"
  says err "weft: "
  says err "$2"
  [ "$(wc -l <err)" = 2 ] || fail "more than a message and a hint: $(cat err)"
  [ ! -e t.weft ] || fail "a trace of nothing: $3"
}
refused 2 "no such program: 'nosuch'" nosuch
refused 2 "no such program: './nosuch'" ./nosuch
refused 2 "'./dir' is a directory" ./dir
refused 2 "'./not_executable' is not executable" ./not_executable
refused 2 "neither ELF nor a script" ./text
refused 2 "neither ELF nor a script" ./empty
refused 2 "/nonexistent/interpreter" ./script

# A 32-bit program: an ELF header is enough to know.
{ printf '\177ELF\001\001\001'; head -c 9 /dev/zero; printf '\002\000\003\000'; head -c 48 /dev/zero; } >old
chmod 755 old
refused 3 "'./old' is a program for 32-bit x86" ./old

# Sanitizers that want the kernel's addresses are named; the others work.
echo 'int main() { return 0; }' >sane.cc
for kind in address thread undefined; do "${CXX:-c++}" -fsanitize=$kind -o $kind sane.cc; done
refused 3 "'./thread' is built with ThreadSanitizer" ./thread
for kind in address undefined; do
  expect 0 env ASAN_OPTIONS=detect_leaks=0 "$weft" record -o $kind.weft ./$kind
done

# A trace that is there already, or has no place to be.
echo precious >t.weft
expect 2 "$weft" record -o t.weft true
[ "$(cat t.weft)" = precious ] || fail "overwritten without --force"
expect 0 "$weft" record --force -o t.weft true
expect 2 "$weft" record -o nosuchdir/t.weft true
expect 2 "$weft" record -o dir true
