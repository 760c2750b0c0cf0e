# What the scripts of real programs share. Each of them is called as
#
#   NAME.sh WEFT [REPLAYS] [--long]       default 3 replays; --long: 20, under a larger load
#
# and begins with `. "$(dirname "$0")/program.bash"`. It then has: a working directory $work, which
# is removed at the end (kept after a failure); $replays; $long (0 or 1); and the functions below.
# A script that cannot run here says why and exits with 77. All traffic is on the loopback. Every
# process is started as a process group of its own, and is killed at the end whatever happens.
set -eu -o pipefail
ulimit -c 0
programs=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: $0 WEFT [REPLAYS] [--long]" >&2; exit 2; }
weft=$(realpath "$(command -v "$1")")
shift
replays=3
long=0
for word in "$@"; do
  case $word in
    --long) long=1 replays=20 ;;
    *) replays=$word ;;
  esac
done
work=$(mktemp -d "${TMPDIR:-/tmp}/weft-$(basename "$0" .sh)-XXXXXX")
mkdir "$work/data" "$work/elsewhere"
groups_started=()

clean_up() {
  local status=$?
  trap - EXIT
  for group in "${groups_started[@]}"; do kill -KILL -- "-$group" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ $status -eq 0 ] || [ $status -eq 77 ]; then
    rm -rf "$work"
    echo "$(basename "$0" .sh): $([ $status -eq 0 ] && echo ok || echo skipped)"
  else
    [ ! -s "$work/record.err" ] || { echo "stderr of weft record:"; tail -n 20 "$work/record.err"; }
    echo "$(basename "$0" .sh): FAILED with status $status; kept: $work" >&2
  fi >&2
  exit $status
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# needs PROGRAM...: ends the script with 77 where one of them is not installed.
needs() {
  for name in "$@"; do
    command -v "$name" >/dev/null || { echo "skipped: $name is not installed"; exit 77; }
  done
}

# start COMMAND...: in the background, as a process group of its own; its pid is $started.
start() {
  setsid "$@" &
  started=$!
  groups_started+=("$started")
}

# await PID SECONDS: waits for the end of a started process; its status is the result.
await() {
  local tenths=$(($2 * 10))
  while kill -0 "$1" 2>/dev/null; do
    [ $((tenths--)) -gt 0 ] || { echo "no end after $2 s" >&2; return 124; }
    sleep 0.1
  done
  wait "$1"
}

# until_true SECONDS COMMAND...: repeats the command until it succeeds.
until_true() {
  local tenths=$(($1 * 10))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $((tenths--)) -gt 0 ] || { echo "never true: $*" >&2; return 124; }
    sleep 0.1
  done
}

# built NAME: prints the path of the test program NAME.cc of this folder: the one that the build has
# made ($WEFT_PROGRAMS_DIR), else one that is compiled now.
built() {
  local source=$programs/$1.cc program=${WEFT_PROGRAMS_DIR:-$work}/$1
  if [ ! -x "$program" ]; then
    program=$work/$1
    # shellcheck disable=SC2046  # several flags
    ${CXX:-c++} -std=c++20 -O1 -g -pthread $(sed -n 's,^// flags: ,,p' "$source") "$source" \
      -o "$program" >&2
  fi
  echo "$program"
}

# free_port: prints a TCP port of 127.0.0.1 on which nobody listens.
free_port() {
  /usr/bin/python3 -c '
import socket
with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1])'
}

# record_in_background PROGRAM...: begins a recording, $work/trace.weft; its pid is $recording.
# record_options: more words for weft record.
record_options=()
record_in_background() {
  # A shell without job control starts what is in the background with SIGINT ignored.
  (cd "$work/data" && exec setsid env --default-signal=INT,QUIT \
    "$weft" record "${record_options[@]}" -o "$work/trace.weft" -- "$@") \
    >"$work/record.out" 2>"$work/record.err" </dev/null &
  recording=$!
  groups_started+=("$recording")
}

# end_recording [STATUS [SECONDS]]: waits for the recording's end, which must have that status.
end_recording() {
  local status=0
  await "$recording" "${2:-60}" || status=$?
  [ $status -eq "${1:-0}" ] || { echo "the recording ended with status $status" >&2; return 1; }
}

# record_nginx WORDS: nginx serves $work/site on $port, with WORDS ("master_process off;") in its configuration;
# it keeps its files in $work/nginx. Ends once it answers.
record_nginx() {
  mkdir -p "$work/site" "$work/nginx"
  echo 'a small page' >"$work/site/index.html"
  cat >"$work/nginx.conf" <<CONFIG
daemon off;
$1
pid $work/nginx/pid;
error_log $work/nginx/errors;
events { worker_connections 256; }
http {
  access_log $work/nginx/access;
  client_body_temp_path $work/nginx/body;
  proxy_temp_path $work/nginx/proxy;
  fastcgi_temp_path $work/nginx/fastcgi;
  uwsgi_temp_path $work/nginx/uwsgi;
  scgi_temp_path $work/nginx/scgi;
  sendfile on;
  server { listen 127.0.0.1:$port; root $work/site; }
}
CONFIG
  chmod -R a+rwX "$work"  # its workers may be another user
  local nginx
  nginx=$(command -v nginx || echo /usr/sbin/nginx)
  needs "$nginx"
  record_in_background "$nginx" -c "$work/nginx.conf" -e "$work/nginx/errors"
  until_true 20 curl -sf "http://127.0.0.1:$port/"
}

# replay_trace: replays $work/trace.weft from elsewhere: other directory, no environment, no data.
replay_trace() {
  rm -rf "$work/data"
  mkdir "$work/data"
  local command=(timeout -k 1 $((30 + replays * 30)) "$weft" replay "$work/trace.weft"
                 --repeat "$replays")
  (cd "$work/elsewhere" && env -i PATH=/usr/bin:/bin "${command[@]}") || {
    echo "the replay ended with status $?; again: $weft replay $work/trace.weft" >&2
    return 1
  }
  rm "$work/trace.weft"
}

# check_tree PROGRAM...: runs it natively, records it with its children (same status, same output),
# replays all of them. unordered=1: what they write comes in any order.
check_tree() {
  local native=0 recorded=0 order=cat
  [ -z "${unordered:-}" ] || order=sort
  rm -rf "$work/before"
  cp -a "$work/data" "$work/before"
  (cd "$work/data" && timeout -k 1 60 "$@") >"$work/native.out" 2>"$work/native.err" </dev/null ||
    native=$?
  rm -rf "$work/data"
  mv "$work/before" "$work/data"
  record_options=(--follow)
  record_in_background "$@"
  await "$recording" 120 || recorded=$?
  [ $recorded -eq $native ] || { echo "status $recorded, natively $native: $*" >&2; return 1; }
  cmp <($order "$work/native.out") <($order "$work/record.out") ||
    { echo "other output: $*" >&2; return 1; }
  "$weft" info "$work/trace.weft" | grep '^processes'
  cp -a "$work/data" "$work/kept"
  replay_trace
  rm -rf "$work/data"
  mv "$work/kept" "$work/data"
}

# check_command PROGRAM...: runs it natively, records it (same status, same output), replays it.
# The working directory $work/data is the same for both; it stays, for the commands that follow.
# output_varies=1: natively it writes something else each time. children_write=1: its children
# write to its stdout; they are not recorded, and silent in replay.
check_command() {
  local native=0 recorded=0
  rm -rf "$work/before"
  cp -a "$work/data" "$work/before"
  (cd "$work/data" && timeout -k 1 60 "$@") >"$work/native.out" 2>"$work/native.err" </dev/null ||
    native=$?
  rm -rf "$work/data"
  mv "$work/before" "$work/data"
  record_in_background "$@"
  await "$recording" 60 || recorded=$?
  [ $recorded -eq $native ] || { echo "status $recorded, natively $native: $*" >&2; return 1; }
  if [ -z "${output_varies:-}" ]; then
    cmp "$work/native.out" "$work/record.out" || { echo "other output: $*" >&2; return 1; }
  fi
  (cd "$work/elsewhere" && env -i PATH=/usr/bin:/bin timeout -k 1 120 "$weft" replay \
    "$work/trace.weft" --output) >"$work/replay.out" || {
    echo "the replay ended with status $?; again: $weft replay $work/trace.weft" >&2
    return 1
  }
  if [ -z "${children_write:-}" ]; then
    cmp "$work/record.out" "$work/replay.out" || { echo "other in replay: $*" >&2; return 1; }
  fi
  cp -a "$work/data" "$work/kept"
  replay_trace
  rm -rf "$work/data"
  mv "$work/kept" "$work/data"
}
