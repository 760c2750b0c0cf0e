#!/bin/bash
# make -j2 of a small C project, recorded with all compilers, assemblers and the linker.
. "$(dirname "$0")/program.bash"
needs make gcc
for i in 1 2 3; do echo "int f$i(int x) { return x * $i; }" >"$work/data/f$i.c"; done
cat >"$work/data/main.c" <<'SOURCE'
#include <stdio.h>
int f1(int), f2(int), f3(int);
int main(void) { return printf("%d\n", f1(1) + f2(2) + f3(3)) == 3 ? 0 : 1; }
SOURCE
cat >"$work/data/Makefile" <<'RULES'
program: main.o f1.o f2.o f3.o; gcc -o $@ $^ && ./program
%.o: %.c; gcc -O1 -c -o $@ $<
RULES
unordered=1
check_tree make -j2
