-- Subqueries that equality correlates, over tables without an index on the key.
CREATE TABLE o (id int PRIMARY KEY, x int, t text, n numeric, d date);
CREATE TABLE i (id int PRIMARY KEY, x int, t text, n numeric, y int, nn int NOT NULL);
CREATE TABLE k (id int PRIMARY KEY, i_id int, z text);
INSERT INTO o VALUES (1, 1, 'a', 1.0, '2024-01-01'), (2, 2, 'b', 2.50, NULL), (3, NULL, 'c', NULL, '2024-01-03'), (4, 4, NULL, 4, '2024-01-04'), (5, 9, 'z', 9, NULL);
INSERT INTO i VALUES (1, 1, 'a', 1.00, 10, 1), (2, 1, 'A', 1, 20, 2), (3, 2, 'b', 2.5, NULL, 3), (4, NULL, NULL, NULL, 40, 4), (5, 4, 'd', 4.000, 0, 5), (6, 7, 'c', 7, 70, 6);
INSERT INTO k VALUES (1, 1, 'p'), (2, 1, 'q'), (3, 3, NULL), (4, 5, 'r'), (5, NULL, 's');

-- EXISTS
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE NOT EXISTS (SELECT 1 FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE o.n = i.n AND i.y > 5) ORDER BY id;
SELECT id, EXISTS (SELECT 1 FROM i WHERE i.x = o.x) AS e, NOT EXISTS (SELECT 1 FROM i WHERE i.t = o.t) AS ne FROM o ORDER BY id;
SELECT id FROM o WHERE id > 4 OR EXISTS (SELECT * FROM i WHERE i.x = o.x AND i.t = o.t) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE NOT EXISTS (SELECT 1 FROM i LEFT JOIN k ON k.i_id = i.id WHERE i.x = o.x AND k.id IS NULL) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x AND EXISTS (SELECT 1 FROM k WHERE k.i_id = i.id AND k.z = 'q')) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x AND EXISTS (SELECT 1 FROM k WHERE k.i_id = i.id AND k.id = o.id)) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x GROUP BY i.t) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT count(*) FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x LIMIT 1) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x LIMIT 0) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x OFFSET 1) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x HAVING count(*) > 1) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM i WHERE i.x + 1 = o.x + 1 AND i.y IS NOT NULL) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1/i.y FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM (SELECT x, max(y) AS m FROM i GROUP BY x) g WHERE g.x = o.x AND g.m >= 20) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM unnest(ARRAY[1, 4]) AS u(v) WHERE u.v = o.x) ORDER BY id;
SELECT id FROM o WHERE EXISTS (SELECT 1 FROM (VALUES (1, 'a'), (2, 'x')) AS v(a, b) WHERE v.a = o.x AND v.b = o.t) ORDER BY id;
WITH c AS (SELECT x, count(*) AS n FROM i GROUP BY x) SELECT id FROM o WHERE EXISTS (SELECT 1 FROM c WHERE c.x = o.x AND c.n = 2) OR EXISTS (SELECT 1 FROM c WHERE c.n = o.id AND c.x IS NULL) ORDER BY id;
SELECT CASE WHEN EXISTS (SELECT 1 FROM i WHERE i.x = o.x) THEN 'yes' ELSE 'no' END AS c, count(*) FROM o GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x)), count(*) FROM o;
SELECT o.x, count(*) FROM o GROUP BY o.x HAVING EXISTS (SELECT 1 FROM i WHERE i.x = o.x) ORDER BY 1;
SELECT o.x, count(*) FROM o GROUP BY o.x HAVING EXISTS (SELECT 1 FROM i WHERE i.x = count(*)) ORDER BY 1;
UPDATE o SET t = t || '!' WHERE EXISTS (SELECT 1 FROM i WHERE i.x = o.x AND i.y = 10) RETURNING id, t;
DELETE FROM o WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM i WHERE i.x = o.x);
SELECT a.id, b.id FROM o a LEFT JOIN o b ON EXISTS (SELECT 1 FROM i WHERE i.x = a.x AND i.n = b.n) ORDER BY 1, 2;

-- IN
SELECT id FROM o WHERE x IN (SELECT i.x FROM i WHERE i.n = o.n) ORDER BY id;
SELECT id FROM o WHERE NOT (x IN (SELECT i.x FROM i WHERE i.n = o.n)) ORDER BY id;
SELECT id, x IN (SELECT i.x FROM i WHERE i.n = o.n) AS r, (x IN (SELECT i.y FROM i WHERE i.n = o.n)) IS NULL AS isnull FROM o ORDER BY id;
SELECT id FROM o WHERE x NOT IN (SELECT i.x FROM i WHERE i.n = o.n) ORDER BY id;
SELECT id FROM o WHERE (x, t) IN (SELECT i.x, i.t FROM i WHERE i.n = o.n) ORDER BY id;
SELECT id FROM o WHERE x IN (SELECT DISTINCT i.x FROM i WHERE i.n = o.n ORDER BY i.x) ORDER BY id;
SELECT id FROM o WHERE x IN (SELECT i.x FROM i WHERE i.n = o.n ORDER BY i.id LIMIT 1) ORDER BY id;
SELECT id FROM o WHERE 10 IN (SELECT i.y FROM i WHERE i.x = o.x) OR 0 = ANY (SELECT i.y FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE 5 > ANY (SELECT i.y FROM i WHERE i.x = o.x) ORDER BY id;
SELECT id FROM o WHERE 2 IN (SELECT 20 / i.y FROM i WHERE i.x = o.x AND i.y <> 0) ORDER BY id;
SELECT id FROM o WHERE 3 IN (SELECT 30 / i.y FROM i WHERE i.x = o.x AND o.x <> 4) ORDER BY id;

-- Aggregates
SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x) AS c, (SELECT max(y) FROM i WHERE i.x = o.x) AS m FROM o ORDER BY id;
SELECT id, (SELECT coalesce(sum(i.y), -1) + o.id FROM i WHERE i.x = o.x) AS s FROM o ORDER BY id;
SELECT id, (SELECT count(i.y) FROM i WHERE i.n = o.n) AS c, (SELECT sum(n) FROM i WHERE i.n = o.n) AS s, (SELECT avg(n) FROM i WHERE i.n = o.n) AS a FROM o ORDER BY id;
SELECT id, (SELECT count(DISTINCT i.t) FILTER (WHERE i.y > 0) FROM i WHERE i.x = o.x) AS c FROM o ORDER BY id;
SELECT id, (SELECT count(*) FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x) AS c FROM o ORDER BY id;
SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x AND i.y > o.id) AS c FROM o ORDER BY id;
SELECT id, (SELECT count(*) = 0 FROM i WHERE i.x = o.x) AS none, (SELECT bool_and(i.y > 5) FROM i WHERE i.x = o.x) AS b FROM o ORDER BY id;
SELECT id FROM o WHERE (SELECT count(*) FROM i WHERE i.x = o.x) = 0 ORDER BY id;
SELECT id FROM o WHERE (SELECT sum(i.y) FROM i WHERE i.x = o.x) > 5 ORDER BY (SELECT max(i.id) FROM i WHERE i.x = o.x) DESC;
SELECT o.x, count(*), (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o GROUP BY o.x ORDER BY o.x;
SELECT sum((SELECT count(*) FROM i WHERE i.x = o.x)) AS s, max((SELECT min(y) FROM i WHERE i.t = o.t)) AS m FROM o;
SELECT DISTINCT (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o ORDER BY c;
SELECT DISTINCT ON (c) id, c FROM (SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o) q ORDER BY c, id;
SELECT id, row_number() OVER (ORDER BY (SELECT count(*) FROM i WHERE i.x = o.x) DESC, id) AS r FROM o ORDER BY id;
SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o ORDER BY c DESC, id LIMIT 2;
SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o ORDER BY c DESC FETCH FIRST 2 ROWS WITH TIES;
SELECT id, CASE WHEN x = 4 THEN 0 ELSE (SELECT sum(100 / i.y) FROM i WHERE i.x = o.x) END AS s FROM o ORDER BY id;
SELECT id, (SELECT sum(100 / i.y) FROM i WHERE i.x = o.x) AS s FROM o ORDER BY id;
SELECT id, (SELECT count(*) FROM i WHERE i.x = o.x) AS c FROM o WHERE id = 1;
SELECT a.id, b.id, (SELECT count(*) FROM i WHERE i.x = b.x AND i.n = a.n) AS c FROM o a LEFT JOIN o b ON b.id = a.id + 1 ORDER BY a.id;
SELECT a.id FROM o a FULL JOIN k b ON b.id = a.id WHERE (SELECT count(*) FROM i WHERE i.x = a.x) = 2 ORDER BY 1;
SELECT (SELECT max((SELECT count(*) FROM k WHERE k.i_id = i.id)) FROM i WHERE i.x = o.x) AS m FROM o ORDER BY id;
SELECT id, (SELECT max(y) FROM i WHERE i.x = o.x LIMIT 1) AS m FROM o ORDER BY id;

-- LATERAL
SELECT o.id, s.y FROM o, LATERAL (SELECT i.y FROM i WHERE i.x = o.x) s ORDER BY 1, 2;
SELECT o.id, s.e, s.f FROM o LEFT JOIN LATERAL (SELECT i.y + o.id AS e, coalesce(i.t, 'none') AS f FROM i WHERE i.x = o.x) s ON true ORDER BY 1, 2;
SELECT o.id, s.z, s.c FROM o LEFT JOIN LATERAL (SELECT coalesce(k.z, '-') AS z, 1 AS c FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x) s ON true ORDER BY 1, 2;
SELECT o.id, s.z FROM o JOIN LATERAL (SELECT k.z, i.y FROM i LEFT JOIN k ON k.i_id = i.id WHERE i.x = o.x AND i.y > o.id) s ON s.y < 15 ORDER BY 1, 2;
SELECT o.id, s.q FROM o LEFT JOIN LATERAL (SELECT 100 / i.y AS q FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x AND i.y <> 0) s ON true ORDER BY 1, 2;
SELECT o.id, s.* FROM o LEFT JOIN LATERAL (SELECT i.id, z FROM i JOIN k USING (id) WHERE i.x = o.x) s ON true ORDER BY 1, 2;
SELECT o.id, s.w FROM o LEFT JOIN LATERAL (SELECT i AS w FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x) s ON true ORDER BY 1, 2::text;
SELECT o.id, s.w FROM o LEFT JOIN LATERAL (SELECT i AS w FROM i JOIN k ON k.i_id = i.id WHERE i.x = o.x) s ON true ORDER BY 1, (s.w).id;
SELECT o.id, s.c, r.y FROM o, LATERAL (SELECT count(*) AS c FROM i WHERE i.x = o.x) s LEFT JOIN LATERAL (SELECT i.y FROM i WHERE i.y = s.c * 10) r ON true ORDER BY 1, 3;
SELECT o.id, s.y, s.e FROM o LEFT JOIN LATERAL (SELECT i.y, EXISTS (SELECT 1 FROM k WHERE k.i_id = i.id AND k.id = o.id) AS e FROM i, k kk WHERE i.x = o.x AND kk.id = i.id) s ON true ORDER BY 1, 2;
DROP TABLE o, i, k;
