#!/bin/bash
# How a program is found and started: a relative path, PATH, a `#!` script, a script of a script.
. "$(dirname "$0")/program.bash"
cd "$work/data"
mkdir folder
cp /bin/echo folder/program
printf '#!/bin/sh\necho script "$0" "$@"\n' >folder/script
printf '#! %s/folder/script with\n' "$work/data" >folder/script_of_script
chmod +x folder/*
check_command ./folder/program relative path
check_command folder/program without a dot
check_command "$work/data/folder/script" one 'two words'
check_command folder/script_of_script three
PATH=$work/data/folder:$PATH check_command program by PATH
PATH=$work/data/folder:$PATH check_command script by PATH
