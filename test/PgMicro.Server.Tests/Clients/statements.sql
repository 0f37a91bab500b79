CREATE TABLE t (a int PRIMARY KEY, b text);
INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, E'two\nlines');
SELECT * FROM t ORDER BY a;
\x
SELECT * FROM t ORDER BY a LIMIT 1;
\x
\pset null '(null)'
TABLE t ORDER BY a;
\gset
SELECT count(*) AS n FROM t \gset
\echo :n
SELECT 'CREATE TABLE g' || i || ' (x int)' FROM generate_series(1, 2) i \gexec
\dt
SELECT a, b, a * 2 AS c FROM t WHERE a < 3 ORDER BY a \gdesc
SELECT 1 AS one \; SELECT 2 AS two;
INSERT INTO t VALUES (1, 'again');
SELECT * FROM missing;
SELECT a FROM t WHERE a = 'x';
BEGIN;
INSERT INTO t VALUES (9, 'nine');
SAVEPOINT s;
SELECT 1/a FROM generate_series(0, 0) a;
SELECT 1;
ROLLBACK TO s;
COMMIT;
SELECT count(*) FROM t;
\set FETCH_COUNT 2
SELECT a FROM t ORDER BY a;
\unset FETCH_COUNT
\copy t TO 'psql-copy.txt'
TRUNCATE t;
\copy t FROM 'psql-copy.txt'
SELECT a, b FROM t ORDER BY a;
COPY t (a) FROM STDIN;
20
21
\.
COPY (SELECT a FROM t WHERE a >= 20 ORDER BY a) TO STDOUT WITH CSV HEADER;
\set ON_ERROR_ROLLBACK on
BEGIN;
SELECT broken;
SELECT 'goes on';
COMMIT;
\set AUTOCOMMIT off
SELECT 'in a block';
ROLLBACK;
\set AUTOCOMMIT on
\crosstabview
SELECT a, b, a AS v FROM t WHERE a < 3 ORDER BY a \crosstabview
PREPARE p (int) AS SELECT $1 + 1 AS next;
EXECUTE p (41);
DEALLOCATE p;
LISTEN news;
NOTIFY news, 'x';
UNLISTEN news;
DROP TABLE IF EXISTS nothing;
SHOW server_encoding;
\encoding
SELECT current_user, current_database() = 'psql_statements', current_setting('application_name');
