CREATE TABLE "Customers" ("CustomerID" text PRIMARY KEY, "City" text, "Region" text);
CREATE TABLE "Orders" ("OrderID" int PRIMARY KEY, "CustomerID" text REFERENCES "Customers", "OrderDate" timestamp, "Freight" numeric(10,2), "Doc" jsonb, "Tags" text[], "Flag" bool NOT NULL DEFAULT false);
INSERT INTO "Customers" VALUES ('ALFKI', 'Berlin', NULL), ('ANATR', 'México D.F.', NULL), ('BONAP', 'Marseille', 'PACA');
INSERT INTO "Orders" VALUES (1, 'ALFKI', '2024-01-05 10:30', 12.50, '{"Name": "a", "Items": [{"Q": 1}, {"Q": 2}], "Nested": {"X": 5}}', '{red,blue}', true), (2, 'ALFKI', '2024-02-10', 5, '{"Name": null, "Items": []}', '{}', false), (3, 'ANATR', NULL, NULL, NULL, NULL, true);
SELECT c."CustomerID", o0."OrderID", o0.c FROM "Customers" AS c LEFT JOIN LATERAL (SELECT o."OrderID", o."Freight" * 2.0 AS c FROM "Orders" AS o WHERE c."CustomerID" = o."CustomerID" ORDER BY o."OrderDate" DESC NULLS LAST LIMIT 1) AS o0 ON TRUE ORDER BY c."CustomerID";
SELECT c."CustomerID", (SELECT count(*)::int FROM "Orders" AS o WHERE c."CustomerID" = o."CustomerID") AS "Count" FROM "Customers" AS c ORDER BY c."CustomerID" NULLS FIRST;
SELECT COALESCE(sum(o."Freight"), 0.0) FROM "Orders" AS o WHERE o."CustomerID" = 'NONE';
SELECT o0."CustomerID", o0."OrderID" FROM (SELECT o."CustomerID", o."OrderID", ROW_NUMBER() OVER(PARTITION BY o."CustomerID" ORDER BY o."OrderID" DESC) AS row FROM "Orders" AS o) AS o0 WHERE o0.row <= 1 ORDER BY o0."CustomerID";
SELECT o."OrderID" FROM "Orders" AS o WHERE date_part('year', o."OrderDate")::int = 2024 AND o."OrderDate"::date = DATE '2024-01-05';
SELECT o."OrderDate" + INTERVAL '1 days', date_trunc('day', o."OrderDate"), o."OrderDate" AT TIME ZONE 'UTC', floor(date_part('epoch', o."OrderDate"))::int FROM "Orders" AS o ORDER BY o."OrderID";
SELECT o."Doc" ->> 'Name', (o."Doc" #>> '{Nested,X}')::int, jsonb_array_length(o."Doc" -> 'Items') FROM "Orders" AS o ORDER BY o."OrderID";
SELECT o."OrderID" FROM "Orders" AS o WHERE (o."Doc" ->> 'Name') = 'a';
SELECT o."OrderID", i."Q" FROM "Orders" AS o JOIN LATERAL ROWS FROM (jsonb_to_recordset(o."Doc" -> 'Items') AS ("Q" integer)) WITH ORDINALITY AS i ON TRUE ORDER BY o."OrderID", i.ordinality;
SELECT o."OrderID" FROM "Orders" AS o WHERE 'red' = ANY (o."Tags") OR cardinality(o."Tags") = 0 ORDER BY o."OrderID";
SELECT o."OrderID", (SELECT count(*)::int FROM unnest(o."Tags") AS t(value) WHERE t.value LIKE 'r%') FROM "Orders" AS o ORDER BY o."OrderID";
-- params: text[]='{ALFKI,BONAP}'
SELECT c."CustomerID" FROM "Customers" AS c WHERE c."CustomerID" = ANY ($1) ORDER BY 1;
-- params: text[]='{ALFKI,NULL}'
SELECT c."CustomerID" FROM "Customers" AS c WHERE NOT (c."Region" = ANY ($1) AND c."Region" = ANY ($1) IS NOT NULL) OR (c."Region" IS NULL AND array_position($1, NULL) IS NOT NULL) ORDER BY 1;
-- params: text=AL, int4=1, int4=0
SELECT c."CustomerID" FROM "Customers" AS c WHERE c."CustomerID" LIKE $1 || '%' ESCAPE '' ORDER BY c."CustomerID" LIMIT $2 OFFSET $3;
-- params: text=AL
SELECT c."CustomerID" FROM "Customers" AS c WHERE left(c."CustomerID", length($1)) = $1 OR strpos(c."City", $1) > 0;
SELECT CASE WHEN EXISTS (SELECT 1 FROM "Orders" AS o WHERE o."Flag") THEN TRUE::bool ELSE FALSE::bool END;
SELECT c."City", count(*)::int AS n FROM "Customers" AS c GROUP BY c."City" HAVING count(*)::int > 0 ORDER BY c."City" COLLATE "C";
SELECT DISTINCT c."Region" FROM "Customers" AS c ORDER BY c."Region" NULLS FIRST;
SELECT u."X" FROM (SELECT c."City" AS "X" FROM "Customers" AS c UNION ALL SELECT o."CustomerID" AS "X" FROM "Orders" AS o) AS u ORDER BY u."X";
SELECT o."OrderID" FROM "Orders" AS o WHERE NOT (o."Flag") ORDER BY o."OrderID";
SELECT o."OrderID" FROM "Orders" AS o WHERE o."Freight" > (SELECT avg(o0."Freight") FROM "Orders" AS o0);
SELECT round(o."Freight" / 3.0, 2), ceiling(o."Freight"), floor(o."Freight"), o."Freight"::double precision, o."Freight"::text, o."OrderID"::bigint, power(o."OrderID"::double precision, 2.0) FROM "Orders" AS o ORDER BY o."OrderID";
SELECT v."_ord", v."Value" FROM (VALUES (0, 'x'), (1, NULL)) AS v("_ord", "Value") ORDER BY v."_ord";
SELECT upper(c."City"), substring(c."City", 1, 3), replace(c."City", 'e', 'E'), btrim(c."City"), c."City" || ' ' || COALESCE(c."Region", ''), strpos(c."City", 'r') - 1, length(c."City")::int, lpad(c."City", 3, ' '), reverse(c."City") FROM "Customers" AS c ORDER BY c."CustomerID";
SELECT c."CustomerID" FROM "Customers" AS c WHERE c."City" ~ '(?p)^B' OR c."City" ~* 'M.R' ORDER BY 1;
SELECT string_agg(c."City", ', ' ORDER BY c."City") FROM "Customers" AS c;
UPDATE "Orders" AS o SET "Freight" = o."Freight" + 1.0, "Doc" = jsonb_set(o."Doc", '{Name}', to_jsonb('z'::text)) WHERE o."CustomerID" = 'ALFKI';
UPDATE "Orders" AS o SET "Flag" = NOT (o."Flag") FROM "Customers" AS c WHERE o."CustomerID" = c."CustomerID" AND c."City" = 'Berlin' RETURNING o."OrderID", o."Flag", 1;
DELETE FROM "Orders" AS o WHERE EXISTS (SELECT 1 FROM "Customers" AS c WHERE c."CustomerID" = o."CustomerID" AND c."City" LIKE 'M%');
INSERT INTO "Customers" ("CustomerID", "City") VALUES ('ALFKI', 'x');
DELETE FROM "Customers" AS c WHERE c."CustomerID" = 'ALFKI';
SELECT o.xmin IS NOT NULL, o."OrderID" FROM "Orders" AS o ORDER BY o."OrderID";
