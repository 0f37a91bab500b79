-- Conditions of one arm stay that arm's, whatever joins the others have.
CREATE TABLE t (id int PRIMARY KEY, i int, b bool, v text);
CREATE TABLE u (id int, k int, v text);
INSERT INTO t VALUES (1, 1, true, 'a'), (2, 2, false, 'b'), (3, 3, NULL, 'c'), (4, 4, true, 'd'), (5, 5, false, 'x');
INSERT INTO u VALUES (1, 1, 'a'), (2, 9, 'b');
SELECT id, 'one' FROM t WHERE b UNION ALL SELECT y.id, 'two' FROM t x FULL JOIN u y ON x.i = y.k ORDER BY 2, 1;
SELECT 1 FROM t WHERE b UNION ALL SELECT 2 FROM t x RIGHT JOIN u y ON x.i = y.k;
SELECT count(*), sum(n) FROM (SELECT 1 AS n FROM t WHERE b UNION ALL SELECT 10 FROM t x FULL JOIN u y ON x.i = y.k JOIN u z ON true UNION ALL SELECT 100 FROM t WHERE v > 'b') q;
SELECT count(*) FROM (SELECT 2 AS n FROM t x RIGHT JOIN u y ON x.i = y.k WHERE x.b UNION ALL SELECT 1 FROM t LEFT JOIN u ON t.i = u.k WHERE coalesce(t.b, false)) q WHERE n > 0;
CREATE VIEW w AS SELECT t.v FROM t WHERE t.b UNION ALL SELECT u.v FROM t RIGHT JOIN u ON t.i = u.k WHERE t.id IS NULL;
SELECT * FROM w ORDER BY v;
SELECT w.v, u.id FROM w LEFT JOIN u USING (v) ORDER BY 1;
WITH c AS (SELECT id FROM t WHERE b UNION ALL SELECT x.id FROM t x FULL JOIN u y ON x.i = y.k) SELECT id, count(*) FROM c GROUP BY id ORDER BY id;
WITH c AS NOT MATERIALIZED (SELECT id FROM t WHERE b UNION ALL SELECT x.id FROM t x FULL JOIN u y ON x.i = y.k) SELECT a.id FROM c a JOIN c b ON a.id = b.id WHERE a.id > 1 ORDER BY 1;
SELECT t.id, (SELECT count(*) FROM (SELECT 1 FROM u WHERE u.k = t.i UNION ALL SELECT 2 FROM u x RIGHT JOIN u y ON x.id = t.id AND y.k > 3 WHERE y.k > t.i) q) FROM t ORDER BY 1;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r LEFT JOIN u ON u.id = r.n WHERE n < 4) SELECT * FROM r;
