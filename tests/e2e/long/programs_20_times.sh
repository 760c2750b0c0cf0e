#!/bin/bash
# Every real program of ../programs under its larger load, replayed 20 times.
failed=()
for script in "$(dirname "$0")"/../programs/*.sh; do
  case $(basename "$script" .sh) in
    kill_trials | count_calls | found_and_started) continue ;;
  esac
  bash "$script" "$1" --long
  case $? in 0 | 77) ;; *) failed+=("$(basename "$script")") ;; esac
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
