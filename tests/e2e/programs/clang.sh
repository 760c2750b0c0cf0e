#!/bin/bash
# clang++: its driver, which starts the compiler again as /proc/self/exe or by its path, and a file
# of C++ compiled in one process.
. "$(dirname "$0")/program.bash"
clang=$(compgen -c clang++ | grep -x 'clang++\(-[0-9]*\)\?' | sort -V | tail -n 1) || true
needs "${clang:-clang++}"
cat >"$work/data/map.cc" <<'CC'
#include <map>
#include <string>
#include <vector>
int main(int count, char** words) {
  std::map<std::string, std::vector<int>> found;
  for (int i = 0; i < count; ++i) found[words[i]].push_back(i);
  return static_cast<int>(found.size()) - 1;
}
CC
children_write=1
check_command "$clang" --version
check_command "$clang" -O1 -c map.cc -o map.o
check_command "$clang" -O1 -fno-integrated-cc1 -c map.cc -o map.o
