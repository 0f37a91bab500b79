-- Indexes over users' functions: inlined ones, others, conditions, uniqueness, errors.
CREATE TABLE t (id int PRIMARY KEY, a int, b text);
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT i * 2 $$;
CREATE FUNCTION norm(s text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN lower(btrim(s)); END $$;
CREATE FUNCTION vol(i int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT i $$;
CREATE FUNCTION stab(i int) RETURNS int LANGUAGE sql STABLE AS $$ SELECT i $$;
CREATE FUNCTION inverse(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 100 / i; END $$;
CREATE INDEX ON t (vol(a));
CREATE INDEX ON t (stab(a));
CREATE INDEX ON t (a) WHERE vol(a) > 1;
CREATE INDEX t_twice ON t (twice(a));
CREATE UNIQUE INDEX t_norm ON t (norm(b));
CREATE UNIQUE INDEX t_part ON t (a) WHERE norm(b) = 'x';
\d t
INSERT INTO t VALUES (1, 1, ' Anna'), (2, 2, 'Bert '), (3, 3, NULL), (4, 4, NULL);
INSERT INTO t VALUES (5, 5, 'ANNA');
INSERT INTO t VALUES (5, 5, 'anna') ON CONFLICT DO NOTHING;
INSERT INTO t VALUES (5, 5, 'ANNA ') ON CONFLICT (norm(b)) DO UPDATE SET a = excluded.a RETURNING *;
INSERT INTO t VALUES (6, 6, 'X'), (7, 7, 'Y');
UPDATE t SET b = 'bert' WHERE id = 7;
UPDATE t SET b = 'bert' WHERE id = 2 RETURNING *;
UPDATE t SET b = 'Carl' WHERE id = 2;
UPDATE t SET b = ' bErt' WHERE id = 7 RETURNING *;
SELECT * FROM t WHERE norm(b) = 'anna';
SELECT * FROM t WHERE twice(a) = 4;
SELECT id FROM t ORDER BY twice(a) DESC, id;
SELECT pg_get_indexdef('t_twice'::regclass), pg_get_indexdef('t_norm'::regclass), pg_get_indexdef('t_part'::regclass);
CREATE UNIQUE INDEX t_inv ON t (inverse(a));
DROP INDEX t_inv;
INSERT INTO t VALUES (8, 0, NULL);
CREATE UNIQUE INDEX t_inv ON t (inverse(a));
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1::text;
DELETE FROM t WHERE id = 8;
INSERT INTO t VALUES (9, 9, 'Anna'), (10, 10, 'dora');
CREATE UNIQUE INDEX t_dup ON t ((twice(id) / 100));
DROP FUNCTION twice(int);
DROP FUNCTION norm(text);
CREATE OR REPLACE FUNCTION norm(s text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN upper(btrim(s)); END $$;
INSERT INTO t VALUES (11, 11, 'eva') RETURNING *;
INSERT INTO t VALUES (12, 12, 'EVA');
REINDEX INDEX t_norm;
INSERT INTO t VALUES (13, 13, 'bert');
DROP FUNCTION norm(text) CASCADE;
\d t
BEGIN;
CREATE FUNCTION digit(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT i % 10 $$;
CREATE UNIQUE INDEX t_digit ON t (digit(id));
SAVEPOINT s;
INSERT INTO t VALUES (23, 23, 'g');
ROLLBACK TO s;
INSERT INTO t VALUES (29, 29, 'g');
ROLLBACK;
COPY t FROM stdin;
30	30	h
\.
ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree ((twice(a)) WITH =);
INSERT INTO t VALUES (31, 30, 'i');
ALTER TABLE t ALTER a TYPE bigint;
SELECT count(*) FROM t;
