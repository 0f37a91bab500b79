CREATE TABLE t (id int PRIMARY KEY, a int, b text, stamp text);
CREATE TABLE log (n serial, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log (what) VALUES (format('%s %s %s %s %s.%s %s %s old=%s new=%s', tg_name, tg_when, tg_level, tg_op, tg_table_schema, tg_table_name, tg_nargs, tg_argv[0], old, new));
  IF tg_op = 'DELETE' THEN RETURN old; END IF;
  RETURN new;
END $$;
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.a < 0 THEN RETURN NULL; END IF;
  new.b := coalesce(new.b, 'none') || '/' || tg_argv[0] || tg_argv[1];
  new.stamp = tg_relid::regclass;
  RETURN new;
END $$;
CREATE TRIGGER fill_it BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fill('x', 'y');
CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note('row');
CREATE TRIGGER note_statement AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
INSERT INTO t VALUES (1, 10, 'one'), (2, -1, 'two'), (3, 30, NULL);
UPDATE t SET a = a + 1 WHERE id = 1;
DELETE FROM t WHERE id = 3;
SELECT * FROM t;
SELECT what FROM log ORDER BY n;
SELECT fill();
CREATE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN row(1); END $$;
CREATE TRIGGER z_wrong BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION wrong();
INSERT INTO t VALUES (4, 4, 'four');
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN 5; END $$;
INSERT INTO t VALUES (4, 4, 'four');
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
INSERT INTO t VALUES (4, 4, 'four');
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.a := 'x'; RETURN new; END $$;
INSERT INTO t VALUES (4, 4, 'four');
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.zz := 'x'; RETURN new; END $$;
INSERT INTO t VALUES (4, 4, 'four');
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE r t; BEGIN r := new; r.a := r.a * 2; RETURN r; END $$;
INSERT INTO t VALUES (4, 4, 'four') RETURNING *;
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF old IS NULL AND old.a IS NULL THEN new.b := 'old is null'; END IF; RETURN new; END $$;
INSERT INTO t VALUES (5, 5, 'five') RETURNING *;
CREATE OR REPLACE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no % for %', tg_op, new.id USING errcode = '23514'; END $$;
INSERT INTO t VALUES (6, 6, 'six');
DROP TRIGGER z_wrong ON t;
CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n int; s int; r record;
BEGIN
  SELECT count(*), sum(a) INTO n, s FROM fresh;
  FOR r IN SELECT f.id, f.a FROM fresh f ORDER BY f.id LOOP RAISE NOTICE 'row %', r; END LOOP;
  RAISE NOTICE '% rows, sum %, trigger depth %', n, s, pg_trigger_depth();
  RETURN NULL;
END $$;
CREATE TRIGGER count_fresh AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION counted();
INSERT INTO t SELECT g, g, 'g' FROM generate_series(10, 12) g;
INSERT INTO t VALUES (20, 20, 'twenty');
CREATE TABLE audit (id int, before jsonb, after jsonb);
CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (coalesce(new.id, old.id), to_jsonb(old), to_jsonb(new)); RETURN NULL; END $$;
CREATE TRIGGER audit_it AFTER UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION audited();
UPDATE t SET b = 'changed' WHERE id = 10;
DELETE FROM t WHERE id = 11;
SELECT * FROM audit;
CREATE FUNCTION args(a int) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
