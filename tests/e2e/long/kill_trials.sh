#!/bin/bash
# 200 trials of kill -9 for each process: see ../kill_trials.
exec bash "$(dirname "$0")/../programs/kill_trials.sh" "$1" --long
