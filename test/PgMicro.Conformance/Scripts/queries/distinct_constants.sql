-- Aggregates with DISTINCT whose arguments read no column.
CREATE TABLE t (a int, b bool);
SELECT array_agg(DISTINCT 5), count(DISTINCT 3), string_agg(DISTINCT 'a', ','), sum(DISTINCT 1.5), jsonb_agg(DISTINCT 'x'::text), max(DISTINCT 2) FROM t;
SELECT array_agg(DISTINCT 0 / 2 ORDER BY 0 / 2) FROM t WHERE false;
INSERT INTO t VALUES (1, true), (2, false), (2, NULL);
SELECT array_agg(DISTINCT 5), count(DISTINCT 3), count(DISTINCT NULL::int), string_agg(DISTINCT 'a', ','), sum(DISTINCT 1.5), jsonb_agg(DISTINCT 'x'::text), avg(DISTINCT 2) FROM t;
SELECT a, array_agg(DISTINCT 'k'::text) FROM t GROUP BY a HAVING count(DISTINCT 7) = 1 ORDER BY a;
SELECT array_agg(DISTINCT 5) FILTER (WHERE b), array_agg(DISTINCT 5) FILTER (WHERE a > 5), count(DISTINCT 5) FILTER (WHERE false), array_agg(DISTINCT 5) FILTER (WHERE true) FROM t;
SELECT x.a, (SELECT array_agg(DISTINCT x.a) FROM t y WHERE y.a = 1) FROM t x GROUP BY x.a ORDER BY 1;
SELECT array_agg(DISTINCT (SELECT max(a) FROM t)), (SELECT string_agg(DISTINCT 'c', '') FROM t WHERE a > 9) FROM t;
SELECT array_agg(DISTINCT 1), count(DISTINCT 'x');
SELECT array_agg(DISTINCT 1) WHERE false;
PREPARE p AS SELECT array_agg(DISTINCT $1::int), string_agg(DISTINCT $2, '-') FROM t WHERE a > $3;
EXECUTE p (4, 'z', 1);
EXECUTE p (4, 'z', 9);
