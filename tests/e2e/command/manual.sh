#!/usr/bin/env bash
# Each command has a manual page and completions, made of the same definitions as its --help: each
# option of --help is in all of them, and man, groff and mandoc find no fault with a page.
. "$(dirname "$0")/command.bash"

expect 0 "$weft" help --write share
expect 0 "$weft" --help
cp out root_help
commands=$(sed -n '/^COMMANDS$/,/^$/s/^  \([a-z+]*\) .*/\1/p' root_help)
[ "$(wc -w <<<"$commands")" -ge 13 ] || fail "which commands? $commands"
for shell in bash zsh fish; do
  expect 0 "$weft" completion $shell
  mv out $shell.script
done

# options_of FILE: those of an --help.
options_of() { sed -n '/^OPTIONS$/,/^$/p' "$1" | grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,'; }
# page_text FILE: the source of a page, without its escapes.
page_text() { sed 's/\\-/-/g; s/\\f[BIR]//g' "$1"; }

check_page() {
  local page=$1 help=$2 option
  [ -s "$page" ] || fail "no page $page"
  mandoc -T lint -W warning "$page" >lint || fail "mandoc: $(cat lint)"
  groff -man -Tutf8 -ww -z "$page" 2>lint
  [ ! -s lint ] || fail "groff: $(cat lint)"
  MANROFFOPT=-ww man --warnings=w -l "$page" >text 2>lint
  [ ! -s lint ] || fail "man: $(cat lint)"
  for option in $(options_of "$help"); do
    grep -qE -- "(^|[ ,])$option($|[ ,])" <(page_text "$page") || fail "$page says nothing of $option"
  done
}

check_page share/man/man1/weft.1 root_help
for command in $commands; do
  expect 0 "$weft" "$command" --help
  cp out help
  expect 0 "$weft" help "$command"
  cmp out help || fail "weft help $command is not weft $command --help"
  expect 0 "$weft" help --man "$command"
  cmp out "share/man/man1/weft-$command.1" || fail "weft help --man $command is another page"
  check_page "share/man/man1/weft-$command.1" help
  grep -qF "weft-$command" <(page_text share/man/man1/weft.1) || fail "weft(1) has no $command"
  for option in $(options_of help); do
    grep -qE "^    $command\) echo \".*$option" bash.script || fail "bash: no $command $option"
    sed -n "/^_weft-$command()/,/^}/p" zsh.script | grep -qF -- "$option" ||
      fail "zsh: no $command $option"
    name=${option#-} kind=-s
    if [[ $option == --* ]]; then name=${option#--} kind=-l; fi
    grep -F "__weft_is $command'" fish.script | grep -qF -- " $kind $name " ||
      fail "fish: no $command $option"
  done
done
[ "$(ls share/man/man1 | wc -l)" = $(($(wc -w <<<"$commands") + 1)) ] || fail "$(ls share/man/man1)"

expect 0 "$weft" help
cmp out root_help || fail "weft help is not weft --help"
expect 2 "$weft" help nosuch
says err "no such command: 'nosuch'"
expect 0 "$weft" -V
says out 'weft '
