-- to_regclass and its like: NULL for what is not there or malformed; some errors are raised all the same.
SELECT to_regclass(''), to_regclass('"x'), to_regclass('nosuch'), to_regclass('nosuch.x'), to_regclass('pg_class');
SELECT to_regclass('a.b.c.d');
SELECT to_regclass('otherdb.public.x');
SELECT to_regtype('int['), 1;
SELECT to_regtype('foo bar');
SELECT to_regtype('numeric(x)');
SELECT to_regtype('varchar(-1)');
SELECT to_regtype(''), to_regtype('nosuch'), to_regtype('nosuch.int'), to_regtype('setof int'), to_regtype('int[]');
SELECT to_regproc('a b'), to_regproc(''), to_regproc('lower'), to_regproc('now');
SELECT to_regoperator('||/(float8)'), to_regoperator('||/(none, float8)'), to_regoperator('+(int)'), to_regoperator('+'), to_regoper('+'), to_regoper('||/'), to_regoper('-');
SELECT to_regprocedure('abs'), to_regprocedure('abs(nosuch)'), to_regprocedure('abs(int'), to_regprocedure('abs(int)'), to_regprocedure('nosuch.abs(int)');
SELECT to_regrole('a.b'), to_regrole('"'), to_regrole('postgres'), to_regnamespace('a.b'), to_regnamespace('pg_catalog'), to_regcollation(''), to_regcollation('"C"');
SELECT '-'::regclass, '-'::regproc;
SELECT '-'::regoper;
SELECT '-'::regoperator;
