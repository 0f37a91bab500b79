-- Where implicit collations that differ are an error when the query is analysed.
CREATE TABLE both_sides (a text COLLATE "C", b text COLLATE "POSIX", n int);
SELECT a || b FROM both_sides ORDER BY 1;
SELECT a || b FROM both_sides GROUP BY a || b;
SELECT DISTINCT a || b FROM both_sides;
SELECT a || b FROM both_sides ORDER BY n;
SELECT string_agg(a, ',' ORDER BY a || b) FROM both_sides;
SELECT a || b COLLATE "C" FROM both_sides ORDER BY 1;
SELECT row_number() OVER (ORDER BY a || b) FROM both_sides;
SELECT a < b FROM both_sides;
SELECT a FROM both_sides UNION SELECT b FROM both_sides;
SELECT a FROM both_sides UNION ALL SELECT b FROM both_sides;
COPY (SELECT 1 INTO x) TO STDOUT;
DROP TABLE both_sides;
