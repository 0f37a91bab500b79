-- ON CONFLICT looks at the table itself; its children have rows of their own with the same places and keys.
CREATE TABLE p (a int PRIMARY KEY, b text, c int DEFAULT 0);
CREATE TABLE ch (d int) INHERITS (p);
INSERT INTO ch VALUES (1, 'child', 5, 1), (2, 'child two', 6, 2);
INSERT INTO p VALUES (1, 'parent');
INSERT INTO p VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING tableoid::regclass, *;
INSERT INTO p VALUES (1, 'y'), (2, 'z') ON CONFLICT (a) DO UPDATE SET b = p.b || excluded.b WHERE p.b <> 'q' RETURNING *;
INSERT INTO p AS t VALUES (2, 'w') ON CONFLICT (a) DO UPDATE SET (b, c) = (SELECT t.b || max(b), count(*) FROM p) RETURNING *;
INSERT INTO p VALUES (1, 'n') ON CONFLICT DO NOTHING;
INSERT INTO ONLY p VALUES (1, 'n');
CREATE VIEW v AS SELECT a, b FROM p WHERE a < 10;
INSERT INTO v VALUES (1, 'by view') ON CONFLICT (a) DO UPDATE SET b = excluded.b || v.b RETURNING *;
SELECT tableoid::regclass, * FROM p ORDER BY 1, 2;
-- A row that belongs to another partition, and a trigger of the partitioned table that leaves it as it is.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION next_a() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := NEW.a + 100; RETURN NEW; END $$;
CREATE TABLE r (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (0) TO (10);
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (10) TO (200);
CREATE TRIGGER t1 BEFORE INSERT OR UPDATE ON r FOR EACH ROW EXECUTE FUNCTION keep();
INSERT INTO r1 VALUES (11, 'wrong');
INSERT INTO r1 VALUES (NULL, 'wrong');
INSERT INTO r VALUES (1, 'right') RETURNING tableoid::regclass, *;
UPDATE r1 SET a = 12;
UPDATE r SET a = 12 RETURNING tableoid::regclass, *;
CREATE TRIGGER t2 BEFORE INSERT ON r FOR EACH ROW WHEN (NEW.b = 'moves') EXECUTE FUNCTION next_a();
INSERT INTO r VALUES (2, 'moves');
INSERT INTO r1 VALUES (2, 'moves');
INSERT INTO r VALUES (11, 'moves') RETURNING tableoid::regclass, *;
