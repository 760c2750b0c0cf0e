#!/bin/bash
# sqlite3 that maps its files: it writes to them by calls, and reads them in memory.
. "$(dirname "$0")/program.bash"
needs sqlite3
rows=$((long ? 200000 : 20000))
cat >"$work/load.sql" <<SQL
PRAGMA mmap_size = 268435456;
CREATE TABLE numbers (n INTEGER PRIMARY KEY, name TEXT);
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $rows)
  INSERT INTO numbers SELECT n, hex(randomblob(20)) FROM c;
CREATE INDEX by_name ON numbers (name);
BEGIN; UPDATE numbers SET name = 'changed'; ROLLBACK;
DELETE FROM numbers WHERE n % 3 = 0;
VACUUM;
SELECT count(*), max(name) FROM numbers;
PRAGMA journal_mode = wal;
UPDATE numbers SET name = n;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA integrity_check;
SQL
output_varies=1
check_command sqlite3 file.db ".read $work/load.sql"
check_command sqlite3 file.db 'PRAGMA mmap_size = 268435456; SELECT sum(n), max(name) FROM numbers'
