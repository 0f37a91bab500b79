SELECT 1 AS one, 'a' AS text, NULL AS nothing;
SELECT nothing;
-- params: int4=5, text='a, b', unknown=NULL
SELECT $1 + 1 AS a, $2 AS b, $3 IS NULL AS c;
CREATE TYPE mood AS ENUM ('sad', 'ok');
SELECT 'ok'::mood AS m, ARRAY['sad']::mood[] AS a;
DROP TABLE IF EXISTS nobody;
-- params: mood=sad
SELECT $1 AS m;
