#!/usr/bin/env bash
# Recordings made here replay on other machines, and recordings made there replay here: an emulated
# Haswell, EPYC and Skylake with Debian's own kernel and 1, 2 and 4 processors (other_machine).
. "$(dirname "$0")/../programs/program.bash"
here=$(cd "$(dirname "$0")" && pwd)
guests=${WEFT_GUESTS_DIR:?}
bin=$(dirname "$weft")
mkdir "$work/made_here" "$work/made_there"

# record NAME COMMAND...: what is not installed is left out, and said. `slice`, `digests`: options of weft
# record; memory is compared there wherever there are digests.
record() {
  local name=$1 status=0
  shift
  command -v "$1" >/dev/null || { echo "left out: $name ($1 is not installed)"; return 0; }
  (cd "$work/data" && "$weft" record -q ${slice:+--slice $slice} ${digests:+--digests $digests} -o "$work/made_here/$name.weft" -- "$@") \
    >"$work/record.out" 2>"$work/record.err" || status=$?
  [ -s "$work/made_here/$name.weft" ] || { echo "not recorded: $name, status $status"; exit 1; }
}

record_redis() {
  command -v redis-server >/dev/null || { echo "left out: redis"; return 0; }
  local port
  port=$(free_port)
  start "$weft" record -q -o "$work/made_here/redis.weft" -- redis-server --port "$port" --save ''
  until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
  redis-benchmark -p "$port" -n 2000 -c 20 -t set,get -q >"$work/record.out"
  redis-cli -p "$port" shutdown nosave || true
  await "$started" 20
}

cat >"$work/data/Sums.java" <<'JAVA'
public class Sums {
  public static void main(String[] words) throws Exception {
    long[] sums = new long[3];
    Thread[] threads = new Thread[3];
    for (int t = 0; t < 3; t++) {
      final int number = t;
      threads[t] = new Thread(() -> {
        for (int i = 0; i < 20000000; i++) sums[number] = sums[number] * 31 + i;
      });
      threads[t].start();
    }
    for (Thread thread : threads) thread.join();
    System.out.println(sums[0] + sums[1] + sums[2] + " " + Math.random());
  }
}
JAVA
record true true
record ls ls -la /usr/bin
record python python3 -c '
import hashlib, json, random, ssl, threading
print(hashlib.sha256(json.dumps([random.random() for _ in range(999)]).encode()).hexdigest())'
record asyncio python3 -c '
import asyncio, hashlib
async def answer(reader, writer):
    while line := await reader.readline():
        writer.write(hashlib.sha256(line).hexdigest().encode() + b"\n")
    writer.close()
async def ask(port, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(50):
        writer.write(b"%d %d\n" % (number, i))
        await reader.readline()
    writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*[ask(port, i) for i in range(10)])
asyncio.run(main())'
record node node -e 'console.log([...Array(9999).keys()].map(Math.sin).reduce((a, b) => a + b))'
record openssl openssl speed -seconds 1 -bytes 64 -evp sha256
record digest openssl sha512 "$weft"
record perl perl -MDigest::SHA=sha256_hex -e 'print sha256_hex(join ",", map { $_ * $_ } 1 .. 9999)'
record sqlite sqlite3 :memory: 'select sum(value * 7 % 11), random() from generate_series(1, 9999)'
command -v javac >/dev/null && (cd "$work/data" && javac Sums.java)
record java java Sums
for collector in Serial Parallel G1; do  # with many preemptions
  slice=0.5 digests=20 record "java_$collector" java "-XX:+Use${collector}GC" Sums
done
record rust rg -c include /usr/include/linux
record go etcdctl version
record git git --version
record curl curl --version
record bash bash -c 'for i in {1..999}; do x=$((x + i)); done; echo $x $RANDOM'
record_redis
for guest in crash faults signal_frame_state vectors_across_signal live_vectors lazy_binding \
  processor_abilities processor_number random_instructions rdtsc generated_questions jit_code \
  long_computation spin_counts signal_in_cpu_loop fibers_ucontext fibers_context exactness \
  static_binary static_pie non_pie dlopen exec_self x87_mxcsr x87_pointers generated_questions_later; do  # qemu raises no SIGFPE for SSE
  # getcontext() leaves what processors differ in (fnstenv): README, limits.
  digests=0
  [ $guest != fibers_ucontext ] || digests=
  record "guest_$guest" "$guests/$guest"
done
digests=
traces=("$work"/made_here/*.weft)
echo "${#traces[@]} recordings made here"

# What runs there: each recording is put into $OUT.
cat >"$work/commands" <<'THERE'
record() { local name=$1; shift; weft record -q -o "$OUT/$name.weft" -- "$@" >/tmp/said 2>&1; }
record true true
record python python3 -c 'import random, hashlib; print(hashlib.sha256(random.randbytes(99)).hexdigest())'
record node node -e 'console.log(Math.random())'
record openssl openssl rand -hex 16
record perl perl -e 'print rand, "\n"'
record sqlite sqlite3 :memory: 'select random()'
for guest in /mnt/files/*; do record "guest_$(basename "$guest")" "$guest"; done
THERE

failed=0
machine() {  # machine CPU PROCESSORS: both directions
  local name=${1%%-*}$2
  echo "== $1, $2 processors"
  CPU=$1 SMP=$2 COMMANDS=$work/commands OUT_HERE=$work/made_there/$name \
    FILES=$(printf '%s ' "$guests"/{crash,signal_frame_state,lazy_binding,processor_abilities,long_computation}) \
    "$here/other_machine" "$bin" "${traces[@]}" || failed=$?
  [ $failed != 77 ] || exit 77
  for trace in "$work/made_there/$name"/out/*.weft; do
    "$weft" replay "$trace" >"$work/replay.out" 2>&1 && echo "exact here: $name $(basename "$trace")" ||
      { echo "NOT here: $name $(basename "$trace"): $(head -1 "$work/replay.out")"; failed=1; }
  done
}
machine Haswell-noTSX,+fsgsbase 2
machine EPYC,+fsgsbase 1
machine Skylake-Client,+fsgsbase 4
exit $failed
