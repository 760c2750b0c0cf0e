#!/bin/bash
# sqlite3 on a file: transactions, an index, a journal in both modes, a dump.
. "$(dirname "$0")/program.bash"
needs sqlite3
rows=$((long ? 200000 : 20000))
cat >"$work/load.sql" <<SQL
PRAGMA journal_mode = truncate;
PRAGMA journal_mode = wal;
CREATE TABLE numbers (n INTEGER PRIMARY KEY, square INTEGER, name TEXT);
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $rows)
  INSERT INTO numbers SELECT n, n * n, 'row ' || n FROM c;
CREATE INDEX by_name ON numbers (name);
BEGIN;
UPDATE numbers SET name = 'changed ' || n WHERE n % 10 = 0;
ROLLBACK;
DELETE FROM numbers WHERE n % 7 = 0;
SELECT count(*), sum(square), max(name) FROM numbers;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA journal_mode = delete;
VACUUM;
PRAGMA integrity_check;
SQL
check_command sqlite3 file.db ".read $work/load.sql"
check_command sqlite3 file.db 'SELECT n, name FROM numbers ORDER BY name DESC LIMIT 20'
output_varies=1
check_command sqlite3 file.db 'SELECT hex(randomblob(16)), datetime()'
