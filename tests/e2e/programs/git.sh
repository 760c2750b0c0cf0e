#!/bin/bash
# git status, log, diff, commit and fsck in a repository made here.
. "$(dirname "$0")/program.bash"
needs git
export HOME=$work GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.com
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'
(
  cd "$work/data"
  git init -q -b main
  for commit in $(seq 20); do
    for file in $(seq 10); do echo "$commit $file" >>"file$file"; done
    git add . && git commit -q -m "commit $commit"
  done
  echo changed >>file3
  echo new >untracked
)
check_command git status
check_command git log --stat --graph
check_command git diff
check_command git commit -q -a -m recorded
check_command git fsck --no-progress
check_command git grep -n '7 3'
check_command git rev-parse no-such-thing
