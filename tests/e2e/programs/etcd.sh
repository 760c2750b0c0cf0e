#!/bin/bash
# etcd: a Go server whose database (bbolt) is a file that it maps and writes to.
. "$(dirname "$0")/program.bash"
needs etcd etcdctl
port=$(free_port)
peer=$(free_port)
keys=$((long ? 500 : 30))
export ETCDCTL_API=3
record_in_background etcd --data-dir "$work/data/etcd" --advertise-client-urls "http://127.0.0.1:$port" \
  --listen-client-urls "http://127.0.0.1:$port" --listen-peer-urls "http://127.0.0.1:$peer"
ask() { timeout 20 etcdctl --endpoints "127.0.0.1:$port" "$@"; }
until_true 30 ask endpoint health
for key in $(seq "$keys"); do ask put "key$key" "value $key" >/dev/null; done
[ "$(ask get --prefix key --keys-only | grep -c key)" = "$keys" ]
ask del --prefix key1 >/dev/null
ask compact 10 >/dev/null
ask defrag >/dev/null
kill -TERM -- "-$recording"
await "$recording" 30 || true
replay_trace
