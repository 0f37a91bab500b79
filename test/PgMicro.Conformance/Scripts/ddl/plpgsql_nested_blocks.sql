DO $$
<<lab>>
DECLARE a int := 1; b text DEFAULT 'x;y'; c CONSTANT numeric(5,2) := 3.14159; "Q q" int := 4;
BEGIN
  DECLARE a int := a + 10; d int[] := ARRAY[1,2];
  BEGIN RAISE NOTICE '% % % % %', a, lab.a, d, c, "Q q"; a := 99; lab.a := lab.a + 1; END;
  RAISE NOTICE 'outer % %', a, b;
END $$;
DO $$ DECLARE i int; BEGIN FOR i IN 1..3 LOOP DECLARE x int := i * 10; y int; BEGIN x := x + i; RAISE NOTICE '% %', x, y; y := 5; END; END LOOP; END $$;
DO $$
BEGIN
  BEGIN
    DECLARE z int := 1/0;
    BEGIN NULL; EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'own'; END;
  EXCEPTION WHEN division_by_zero THEN RAISE NOTICE 'caught %', sqlerrm; END;
END $$;
DO $$ DECLARE x int := 'abc'; BEGIN NULL; END $$;
DO $$
BEGIN
  FOR i IN 1..2 LOOP
    DECLARE r record; n int NOT NULL := i;
    BEGIN RAISE NOTICE '%', r; SELECT i AS q INTO r; RAISE NOTICE '%', r; n := NULL; END;
  END LOOP;
END $$;
DO $$ DECLARE x int := 1; BEGIN DECLARE x text := 'inner'; y x%TYPE := 'q'; BEGIN RAISE NOTICE '% %', x, y; END; x := x + 1; RAISE NOTICE '%', x; END $$;
DO $$ BEGIN FOR j IN 1..2 LOOP FOR i IN 1..2 LOOP DECLARE n int := i * 10 + j; BEGIN RAISE NOTICE '%', n; END; END LOOP; END LOOP; END $$;
DO $$ <<l>> BEGIN <<f>> FOR i IN 1..2 LOOP DECLARE i int := i * 100; BEGIN RAISE NOTICE '% %', i, f.i; END; END LOOP; END $$;
DO $$ DECLARE a int := 1; -- BEGIN DECLARE
 b int := a + 1; /* DECLARE z int; BEGIN */ s text := 'DECLARE q int; BEGIN'; BEGIN IF a = 1 THEN DECLARE c int := b; BEGIN RAISE NOTICE '% % %', a, b, c; END; ELSE DECLARE c text := 'never'; BEGIN NULL; END; END IF; RAISE NOTICE '%', s; END $$;
DO $$ BEGIN BEGIN PERFORM 1/0; EXCEPTION WHEN OTHERS THEN DECLARE m text := sqlerrm; BEGIN RAISE NOTICE '%', m; END; END; END $$;
DO $$ BEGIN RAISE NOTICE '%', sqlerrm; END $$;
DO $$ DECLARE n int := 0; BEGIN FOR k IN 1..2 LOOP DECLARE r2 record; t text; BEGIN SELECT relname, relkind INTO r2 FROM pg_class WHERE relname = 'pg_class'; SELECT relname INTO t FROM pg_class WHERE relname = 'pg_type'; n := n + 1; RAISE NOTICE '% % %', r2, t, n; END; END LOOP; END $$;
DO $$ DECLARE v int := 3; BEGIN CASE v WHEN 3 THEN DECLARE v int := v + 1; BEGIN CASE v WHEN 4 THEN RAISE NOTICE 'four'; END CASE; END; END CASE; END $$;
DO $$
DECLARE
  a int := 1;
  b int := 1/(a-1);
BEGIN NULL; END $$;
DO $$ DECLARE x int := 1; y int := x + 1; x2 int := y * x; BEGIN BEGIN DECLARE y int := y + 1; z int := y; BEGIN RAISE NOTICE '% % %', y, z, x2; END; END; RAISE NOTICE '%', y; END $$;
DO $$ DECLARE a int; b int; BEGIN FOR i IN 1..2 LOOP SELECT i + 6, 8 INTO i, b; RAISE NOTICE '% %', i, b; GET DIAGNOSTICS i = ROW_COUNT; RAISE NOTICE '%', i; END LOOP; END $$;
