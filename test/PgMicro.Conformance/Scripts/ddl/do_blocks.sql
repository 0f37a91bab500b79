DO $$ BEGIN RAISE NOTICE 'hello %', 1 + 1; END $$;
CREATE TABLE t (id int PRIMARY KEY);
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'app') THEN
        CREATE SCHEMA app;
    END IF;
END $$;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'app') THEN
        CREATE SCHEMA app;
    END IF;
END $$;
DO $EF$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM t WHERE id = 1) THEN
    INSERT INTO t VALUES (1);
    END IF;
END $EF$;
SELECT * FROM t;
DO $EF$
BEGIN
    IF EXISTS (SELECT 1 FROM t WHERE id = 1) THEN
        PERFORM pg_catalog.set_config('my.flag', 'on', false);
        UPDATE t SET id = 2;
    ELSE
        RAISE EXCEPTION 'not there';
    END IF;
END $EF$;
SELECT id, current_setting('my.flag') FROM t;
DO $$ BEGIN INSERT INTO t VALUES (2); END $$;
DO $$ BEGIN RAISE EXCEPTION 'bad thing %', 'x' USING ERRCODE = '22012', DETAIL = 'd', HINT = 'h'; END $$;
DO $$ BEGIN RAISE EXCEPTION 'plain'; END $$;
DO $$ BEGIN SELECT 1; END $$;
DO $$ BEGIN PERFORM nope(); END $$;
DO $$ BEGIN IF 1 THEN NULL; END IF; END $$;
DO $$ BEGIN x := 1; END $$;
DO $$ BEGIN IF true THEN END $$;
DO $$ DECLARE n int := 5; s text; BEGIN FOR i IN 1..3 LOOP n := n + i; END LOOP; s := 'n=' || n; RAISE NOTICE '%', s; SELECT count(*) INTO n FROM t; RAISE WARNING 'count %', n; END $$;
DO $$ BEGIN BEGIN INSERT INTO t VALUES (2); EXCEPTION WHEN unique_violation THEN RAISE NOTICE 'caught %', SQLSTATE; END; END $$;
DO $$ BEGIN EXECUTE 'CREATE TABLE dyn (a int)'; EXECUTE format('INSERT INTO %I VALUES ($1)', 'dyn') USING 7; END $$;
SELECT * FROM dyn;
DO 'BEGIN NULL; END';
DO LANGUAGE plpgsql $$ BEGIN NULL; END $$;
DO LANGUAGE nope $$ x $$;
-- A language of one's own with PL/pgSQL's handlers.
CREATE LANGUAGE own HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
DO LANGUAGE own $$ BEGIN RAISE NOTICE 'in a language of %', 'one''s own'; END $$;
CREATE LANGUAGE mute HANDLER plpgsql_call_handler;
DO LANGUAGE mute $$ BEGIN NULL; END $$;
DO LANGUAGE nope $$ BEGIN NULL; END $$;
CREATE FUNCTION by_own(int) RETURNS int LANGUAGE own AS $$ BEGIN RETURN $1 + 1; END $$;
SELECT by_own(2);
