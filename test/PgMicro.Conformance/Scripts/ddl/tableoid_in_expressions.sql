-- tableoid in generated columns, checks and indexes, of rows that were there before and of new ones.
CREATE TABLE gt (a int PRIMARY KEY, b bool GENERATED ALWAYS AS (tableoid = 'gt'::regclass) STORED);
INSERT INTO gt VALUES (1), (2);
ALTER TABLE gt ADD COLUMN c regclass GENERATED ALWAYS AS (tableoid) STORED;
INSERT INTO gt VALUES (3) RETURNING *;
SELECT * FROM gt ORDER BY a;
ALTER TABLE gt ADD CHECK (tableoid = 'gt'::regclass);
ALTER TABLE gt ADD CHECK (tableoid <> 'gt'::regclass);
ALTER TABLE gt ADD CHECK (ctid IS NOT NULL);
CREATE INDEX ON gt (tableoid);
CREATE INDEX ON gt ((tableoid::text));
UPDATE gt SET a = a + 10 WHERE a > 1 RETURNING *;
CREATE TABLE gp (a int, c regclass GENERATED ALWAYS AS (tableoid) STORED) PARTITION BY LIST (a);
CREATE TABLE gp1 PARTITION OF gp FOR VALUES IN (1);
CREATE TABLE gp2 PARTITION OF gp FOR VALUES IN (2);
INSERT INTO gp VALUES (1), (2) RETURNING *;
UPDATE gp SET a = 3 - a RETURNING *;
ALTER TABLE gp ADD COLUMN d regclass GENERATED ALWAYS AS (tableoid) STORED;
SELECT * FROM gp ORDER BY a;
