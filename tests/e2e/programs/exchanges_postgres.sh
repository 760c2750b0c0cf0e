#!/bin/bash
# What weft sees of pgbench, a client of PostgreSQL: each statement of its transactions, sent simply
# and prepared, and an error with its state.
. "$(dirname "$0")/program.bash"
. "$(dirname "$0")/exchanges.bash"
needs pg_virtualenv psql
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' :)
needs pgbench
export PATH weft work
cat >"$work/session" <<'S'
set -e
pgbench -i -q
"$weft" record -o "$work/simple.weft" -- pgbench -n -c 2 -t 20
"$weft" record -o "$work/prepared.weft" -- pgbench -n -M prepared -c 4 -t 50
"$weft" record -o "$work/error.weft" -- psql -c 'SELECT 1' -c 'SELECT * FROM nowhere' || true
S
timeout 120 pg_virtualenv bash "$work/session" >"$work/session.out" 2>&1 || {
  tail -5 "$work/session.out"
  grep -q 'weft' "$work/session.out" && exit 1
  echo "skipped: pg_virtualenv cannot run here"
  exit 77
}
for run in simple:40:0 prepared:200:28; do
  IFS=: read -r name transactions prepared <<<"$run"
  mv "$work/$name.weft" "$work/trace.weft"
  rm -f "$work/exchanges"
  expect_exchanges "$transactions" ' UPDATE pgbench_accounts  =>  UPDATE 1 '
  expect_exchanges "$transactions" ' SELECT ... FROM pgbench_accounts  =>  SELECT 1 '
  expect_exchanges "$transactions" ' INSERT INTO pgbench_history  =>  INSERT 0 1 '
  expect_exchanges "$transactions" ' BEGIN  =>  BEGIN( |$)'
  expect_exchanges "$transactions" ' END  =>  COMMIT( |$)'
  expect_exchanges "$prepared" ' PREPARE .*  =>  OK( |$)'
done
mv "$work/error.weft" "$work/trace.weft"
rm -f "$work/exchanges"
expect_exchanges 1 ' SELECT ... FROM nowhere  =>  ERROR 42P01 relation .* FAILED'
