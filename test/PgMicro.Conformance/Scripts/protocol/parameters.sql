CREATE TABLE p (id int PRIMARY KEY, name text, price numeric(10,2), made date, flags bool[]);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
-- params: int4=1, text=apple, numeric=1.50, date=2024-02-29, bool[]='{t,f}'
INSERT INTO p VALUES ($1, $2, $3, $4, $5) RETURNING *;
-- params: unknown=2, unknown=pear, unknown=2.345, unknown=2024-03-01, unknown=NULL
INSERT INTO p VALUES ($1, $2, $3, $4, $5) RETURNING id, name, price;
-- params: unknown=1
SELECT name FROM p WHERE id = $1;
-- params: int8=1
SELECT name FROM p WHERE id = $1;
-- params: text=1
SELECT name FROM p WHERE id = $1;
-- params: unknown=abc
SELECT name FROM p WHERE id = $1;
-- params: int4[]='{1,2}'
SELECT id FROM p WHERE id = ANY ($1) ORDER BY id;
-- params: unknown='{1,3}'
SELECT id FROM p WHERE id = ANY ($1) ORDER BY id;
-- params: text=a%
SELECT id FROM p WHERE name LIKE $1 ORDER BY id;
-- params: int4=3, int4=4
SELECT $1 + $2 AS sum, $2 - $1 AS difference, pg_typeof($1);
-- params: unknown=3, unknown=4
SELECT $1 + $2;
-- params: unknown=3
SELECT $1 + 1 AS a;
-- params: unknown=x
SELECT $1 AS a;
-- params: unknown=x
SELECT $1 || 'y' AS a;
-- params: unknown=x
SELECT $1 IS NULL;
-- params: unknown=5, unknown=6
SELECT CASE WHEN true THEN $1 ELSE 2 END AS a, coalesce($2, 1.5) AS b;
-- params: unknown=1, unknown=2
SELECT * FROM (VALUES ($1::int), ($2)) t(v) ORDER BY v;
-- params: int4=1
SELECT $1 AS a, $2 AS b;
-- params: unknown=1, unknown=2
SELECT id FROM p ORDER BY id LIMIT $1 OFFSET $2 - 1;
-- params: mood=ok
SELECT $1 AS m, $1 > 'sad' AS b;
-- params: unknown=ok
SELECT $1::mood AS m;
-- params: unknown=bad
SELECT $1::mood AS m;
-- params: mood[]='{sad,ok}'
SELECT 'ok' = ANY ($1) AS b, $1 AS m;
-- params: text=NULL
SELECT coalesce($1, 'none') AS v;
-- params: int2=1, int4=2, int8=3, float4=1.5, float8=2.5, numeric=3.50, bool=t, varchar=v, bpchar=c, uuid=a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11, timestamptz='2024-02-29 10:00+02', interval='1 day 02:00', jsonb='{"a":1}', bytea='\x0102', time=10:30
SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e, $6 AS f, $7 AS g, $8 AS h, $9 AS i, $10 AS j, $11 AS k, $12 AS l, $13 AS m, $14 AS n, $15 AS o;
-- params: int4=x
SELECT $1;
-- params: int4=1
SELECT 2 AS two;
-- params: text=a, int4=1
UPDATE p SET name = $1 WHERE id = $2;
-- params: unknown='2024-03-01'
SELECT id FROM p WHERE made >= $1 ORDER BY id;
-- params: unknown=1
SELECT name FROM p WHERE (id, name) = ($1, 'a');
-- params: unknown=1 day
SELECT made + $1 FROM p WHERE id = 1;
-- params: unknown=1
SELECT generate_series(1, $1) AS g;
-- params: unknown=month
SELECT date_trunc($1, timestamp '2024-02-29 10:00');
-- params: unknown=a
SELECT row($1, 1);
-- params: int4=1
CREATE TABLE no_params AS SELECT $1 AS a;
-- params: int4=1
SELECT 1; 
