CREATE TABLE t (a int PRIMARY KEY, b text, c numeric(6,2) DEFAULT 5, d date);
-- data: 1\tone\t1.5\t2024-01-01\n2\t\\N\t\\N\t\\N\n
COPY t FROM STDIN;
-- data: 3\ttab\\there\\nnl\\\\back\n4\t\\x41\\102\\q\n
COPY t (a, b) FROM STDIN;
SELECT * FROM t ORDER BY a;
COPY t FROM STDIN;
-- data: 5\n
COPY t (a, b) FROM STDIN;
-- data: 5\tx\ty\n
COPY t (a, b) FROM STDIN;
-- data: 5\tok\nx\tbad\n
COPY t (a, b) FROM STDIN;
-- data: 5\tok\n1\tdup\n
COPY t (a, b) FROM STDIN;
-- data: 5\tok\n\\N\tnull\n
COPY t (a, b) FROM STDIN;
-- data: 5\tok\t12345.6\t2024-01-01\n
COPY t FROM STDIN;
-- data: 5\tok\t1\t2024-13-01\n
COPY t FROM STDIN;
-- data: 5\tfive\n\\.\n6\tsix\n
COPY t (a, b) FROM STDIN;
-- data: 6\tsix\\.\n
COPY t (a, b) FROM STDIN;
-- data: 60\tsix\n\\.x\n
COPY t (a, b) FROM STDIN;
-- data: 6\tsix\r\n7\tseven\r\n
COPY t (a, b) FROM STDIN;
-- data: 8\tsix\r\n9\tseven\n
COPY t (a, b) FROM STDIN;
-- data: 8\tsix\n9\tse\rven\n
COPY t (a, b) FROM STDIN;
-- data: 8\teight
COPY t (a, b) FROM STDIN;
SELECT * FROM t ORDER BY a;
TRUNCATE t;
-- data: 1,one,1.5,2024-01-01\n2,"two ""q"", comma",,\n3,"line\nbreak",\n
COPY t FROM STDIN (FORMAT csv);
-- data: 1,one,1.5,2024-01-01\n2,"two ""q"", comma",,\n3,"line\nbreak","",\n
COPY t FROM STDIN (FORMAT csv);
-- data: 1,one,1.5,2024-01-01\n2,"two ""q"", comma",,\n3,"line\nbreak",,\n4,,,\n5,"",,\n
COPY t FROM STDIN (FORMAT csv);
SELECT * FROM t ORDER BY a;
-- data: 6,"open\n7,x\n
COPY t (a, b) FROM STDIN CSV;
-- data: a,b\n6,x\n
COPY t (a, b) FROM STDIN (FORMAT csv, HEADER);
-- data: a,b\n7,x\n
COPY t (a, b) FROM STDIN (FORMAT csv, HEADER match);
-- data: a,x\n8,x\n
COPY t (a, b) FROM STDIN (FORMAT csv, HEADER match);
-- data: a\n8,x\n
COPY t (a, b) FROM STDIN (FORMAT csv, HEADER match);
-- data: a,\n8,x\n
COPY t (a, b) FROM STDIN (FORMAT csv, HEADER match);
-- data: a\tb\n8\tx\n
COPY t (a, b) FROM STDIN (HEADER match);
-- data: 9;'it!'s';nil\n10;nil;nil\n11;'nil';nil\n
COPY t (a, b, d) FROM STDIN (FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '!', NULL 'nil');
-- data: 12,,x\n
COPY t (a, b, c) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b));
-- data: 12,,1\n13,"",2\n
COPY t (a, b, c) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b));
-- data: 14,"",1\n
COPY t (a, b, c) FROM STDIN (FORMAT csv, FORCE_NULL (b));
-- data: 15,DEF\n16,"DEF"\n
COPY t (a, b) FROM STDIN (FORMAT csv, DEFAULT 'DEF');
-- data: 15,x,DEF\n16,"DEF",1\n
COPY t (a, b, c) FROM STDIN (FORMAT csv, DEFAULT 'DEF');
-- data: 17\tx\t\\D\n
COPY t (a, b, c) FROM STDIN (DEFAULT '\D');
-- data: 18,x\n19,y\n20,z\n
COPY t (a, b) FROM STDIN (FORMAT csv) WHERE a > 18 AND c = 5;
SELECT * FROM t ORDER BY a;
-- data: 30\tx\nbad\ty\n31\tz\n
COPY t (a, b) FROM STDIN (ON_ERROR ignore);
-- data: 32\tx\nbad\ty\n\\N\tz\n
COPY t (a, b) FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY verbose);
-- data: 33\tx\nbad\ty\nworse\tz\n34\tfine\n
COPY t (a, b) FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY verbose);
SELECT count(*) FROM t;
CREATE TABLE g (id int GENERATED ALWAYS AS IDENTITY, s serial, v int CHECK (v > 0), w int GENERATED ALWAYS AS (v * 2) STORED, ts timestamptz DEFAULT now(), r float8 DEFAULT random());
-- data: 1\n2\n
COPY g (v) FROM STDIN;
-- data: 100\t7\n
COPY g (id, v) FROM STDIN;
CREATE TABLE ck (v int CHECK (v > 0));
-- data: 3\n-1\n
COPY ck FROM STDIN;
COPY g (v, w) FROM STDIN;
COPY g (v, v) FROM STDIN;
-- data: 1\n
COPY g (v) FROM STDIN WHERE w > 1;
SELECT id, s, v, w, ts IS NOT NULL, r BETWEEN 0 AND 1 FROM g ORDER BY 1;
CREATE DOMAIN pos AS int CHECK (VALUE > 0);
CREATE DOMAIN nn AS text NOT NULL;
CREATE TABLE dm (p pos, n nn, v varchar(3));
-- data: 1\tx\tabc\n
COPY dm FROM STDIN;
-- data: 0\tx\tabc\n
COPY dm FROM STDIN;
-- data: 1\t\\N\tabc\n
COPY dm FROM STDIN;
-- data: 1\tx\tabcd\n
COPY dm FROM STDIN;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent);
-- data: 1\n2\n
COPY child FROM STDIN;
CREATE VIEW vw AS SELECT * FROM t;
COPY vw TO STDOUT;
COPY g_s_seq TO STDOUT;
COPY g TO STDOUT (FORCE_QUOTE *);
COPY t FROM STDIN (FORMAT csv, FORCE_NULL (nope));
COPY t (a) FROM STDIN (FORMAT csv, FORCE_NULL (b));
COPY t (a) TO STDOUT (FORMAT csv, FORCE_QUOTE (b));
COPY t TO STDOUT (FORMAT csv, FORMAT text);
COPY t TO STDOUT (nonsense);
COPY t TO STDOUT (FORMAT binary, DELIMITER ',');
COPY t TO STDOUT (FORMAT binary, NULL ',');
COPY t TO STDOUT (FORMAT binary, HEADER);
COPY t TO STDOUT (DELIMITER 'a');
COPY t TO STDOUT (DELIMITER E'\n');
COPY t TO STDOUT (NULL E'\n');
COPY t TO STDOUT (NULL E'a\tb');
COPY t TO STDOUT (QUOTE '"');
COPY t TO STDOUT (ESCAPE '"');
COPY t TO STDOUT (FORMAT csv, QUOTE 'ab');
COPY t TO STDOUT (FORMAT csv, ESCAPE 'ab');
COPY t TO STDOUT (FORMAT csv, QUOTE ',');
COPY t TO STDOUT (FORMAT csv, NULL '"');
COPY t TO STDOUT (HEADER match);
COPY t TO STDOUT (HEADER 3);
COPY t TO STDOUT (HEADER maybe);
COPY t TO STDOUT (FORCE_NOT_NULL (a));
COPY t TO STDOUT (FORMAT csv, FORCE_NOT_NULL (a));
COPY t TO STDOUT (FORMAT csv, FORCE_NULL (a));
COPY t FROM STDIN (FORMAT csv, FORCE_QUOTE (a));
COPY t FROM STDIN (FORMAT csv, FORCE_NULL a);
COPY t TO STDOUT (FREEZE);
COPY t TO STDOUT (FREEZE 7);
COPY t FROM STDIN (FREEZE);
COPY t TO STDOUT (DEFAULT 'x');
COPY t FROM STDIN (DEFAULT '\N');
COPY t FROM STDIN (DEFAULT E'a\tb');
COPY t FROM STDIN (ENCODING 'nope');
COPY t TO STDOUT (ON_ERROR ignore);
COPY t FROM STDIN (ON_ERROR sometimes);
COPY t FROM STDIN (FORMAT binary, ON_ERROR ignore);
COPY t FROM STDIN (LOG_VERBOSITY loud);
COPY t TO '/nonexistent/x/y';
COPY t TO 'relative.txt';
COPY t FROM '/nonexistent/x/y';
COPY t FROM '/tmp';
COPY t TO STDOUT WHERE a = 1;
COPY (UPDATE t SET b = b WHERE a = 1) TO STDOUT;
COPY (SELECT a, b FROM t WHERE a IN (1, 3) ORDER BY a) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *);
COPY (SELECT 1 AS x, E'a\\b' AS "a,b", NULL AS y) TO STDOUT (HEADER);
COPY (SELECT '\.' AS x UNION ALL SELECT '' UNION ALL SELECT NULL) TO STDOUT CSV;
COPY (SELECT 'é' AS x) TO STDOUT (ENCODING 'latin9');
COPY (SELECT E'\b\f\v\r\x01' AS x) TO STDOUT;
-- data: 1,"a\n\nb\nc",x\n
COPY t (a, b, c) FROM STDIN CSV;
-- data: 40\taaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tx\n
COPY t (a, b, c) FROM STDIN;
-- data: xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tx\n
COPY t (a, b) FROM STDIN;
BEGIN READ ONLY;
COPY t FROM STDIN;
ROLLBACK;
BEGIN;
CREATE TABLE fresh (a int);
-- data: 1\n2\n
COPY fresh FROM STDIN (FREEZE);
SAVEPOINT s;
-- data: 3\nx\n
COPY fresh FROM STDIN;
ROLLBACK TO s;
SELECT * FROM fresh;
COMMIT;
