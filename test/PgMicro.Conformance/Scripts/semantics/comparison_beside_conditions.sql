-- What CASE and functions give compares by its own type, whatever is compared in their conditions and arguments.
CREATE TABLE t (n numeric, s text, iv interval, b bpchar(3), j jsonb);
INSERT INTO t VALUES (NULL, '10', '2 days', 'b', '[1]'), (2, 'b', '1 day', 'c', '2'), (1.5, 'c', '24:00', '10', '"10"'), (1.50, 'a', '1 day', 'a', '{}');
SELECT s, least('b', CASE WHEN n = 1.5 THEN 'x' ELSE s END), greatest(CASE WHEN iv = '1 day' THEN 'x' ELSE s END, 'b') FROM t ORDER BY s COLLATE "C";
SELECT s, CASE WHEN n = 1.5 THEN 'x' ELSE s END = 'b', CASE WHEN n = 1.5 THEN 'x' ELSE s END < 'b', 'b' > CASE WHEN iv = '1 day' THEN '9' ELSE s END FROM t ORDER BY s COLLATE "C";
SELECT s FROM t ORDER BY CASE WHEN n = 1.5 THEN 'x' ELSE s END COLLATE "C", s COLLATE "C";
SELECT CASE WHEN n = 1.5 THEN 'x' ELSE s END AS k, count(*) FROM t GROUP BY k ORDER BY k DESC;
SELECT DISTINCT CASE WHEN iv = '24:00' THEN '9' ELSE s END AS k FROM t ORDER BY k;
SELECT k FROM (SELECT CASE WHEN n = 1.5 THEN 'x' ELSE s END AS k FROM t) q WHERE k > 'aa' ORDER BY k;
SELECT k FROM (SELECT DISTINCT CASE WHEN n = 1.5 THEN 'x' ELSE s END AS k FROM t) q WHERE k IN ('10', 'b') ORDER BY k;
SELECT min(CASE WHEN n > 1 THEN s ELSE 'zz' END), max(CASE WHEN n > 1 THEN s ELSE '0' END), string_agg(s, ',' ORDER BY CASE WHEN n = 1.5 THEN '5' ELSE s END, s) FROM t;
SELECT concat(n = 1.5, s) < 'fb', upper(coalesce((n = 1.5)::text, s)) > 'B', (b = 'b')::text || s > 'm' FROM t ORDER BY s COLLATE "C";
SELECT s, row_number() OVER (ORDER BY CASE WHEN iv = '1 day' THEN '9' ELSE s END, s) FROM t ORDER BY 2;
SELECT CASE WHEN n = 1.5 THEN 'x' ELSE s END FROM t UNION SELECT CASE WHEN iv = '1 day' THEN 'x' ELSE '10' END FROM t ORDER BY 1;
SELECT a.s, b.s FROM t a JOIN t b ON CASE WHEN a.n = 1.5 THEN '10' ELSE a.s END = CASE WHEN b.iv = '2 days' THEN '10' ELSE b.s END ORDER BY 1, 2;
SELECT CASE CASE WHEN n = 1.5 THEN 'x' ELSE s END WHEN 'b' THEN 1 WHEN '10' THEN 2 WHEN 'x' THEN 3 END FROM t ORDER BY s COLLATE "C";
SELECT CASE WHEN n = 1.5 THEN 'x' ELSE s END = ANY (ARRAY['10', 'x']), CASE WHEN j = '2' THEN 'q' ELSE s END BETWEEN '1' AND 'b' FROM t ORDER BY s COLLATE "C";
CREATE UNIQUE INDEX ON t ((CASE WHEN n = 2 THEN 'x' ELSE s END));
INSERT INTO t (n, s) VALUES (3, 'x');
INSERT INTO t (n, s) VALUES (3, '9');
SELECT s FROM t WHERE CASE WHEN n = 2 THEN 'x' ELSE s END > '1' ORDER BY CASE WHEN n = 2 THEN 'x' ELSE s END;
-- Names of subqueries under casts are those of their columns.
SELECT (SELECT 1)::bigint, (SELECT CASE WHEN true THEN 1 END)::int8, (SELECT 1 AS foo)::int8, (SELECT max(1))::text, CASE WHEN true THEN 1 ELSE (SELECT 2) END, (SELECT n::int8 FROM t LIMIT 0)::text;
-- A scalar in jsonb answers to subscripts 0 and -1 of ->.
SELECT '5'::jsonb -> 0, '5'::jsonb ->> -1, '"x"'::jsonb ->> 0, '5'::jsonb -> 1, 'null'::jsonb -> 0, 'null'::jsonb ->> 0, 'true'::jsonb -> 'a', '{"a":1}'::jsonb -> 0, '5'::json -> 0, ('5'::jsonb)[0], '5'::jsonb #> '{0}', jsonb_array_element('true', 0), jsonb_array_element_text('2', -1), jsonb_array_element_text('2', -2);
