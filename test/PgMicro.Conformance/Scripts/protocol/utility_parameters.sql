-- Parameters in statements that are not queries themselves but have one: CREATE TABLE AS, SELECT INTO, DECLARE CURSOR, EXPLAIN.
create table t0(a int);
insert into t0 values (1), (2);
-- params: unknown=5
create table c1 as select $1::int as a;
table c1;
-- params: unknown=hello
create table c2 as select $1 as a;
select a, pg_typeof(a) from c2;
-- params: int4=3, int4=1
create table c3 as select $1 + 1 as a, a as b from t0 where a > $2;
select * from c3;
-- params: unknown=3, unknown=1
create table c4(x) as select $1::text, $2::numeric with no data;
select x, numeric, pg_typeof(numeric) from c4;
-- params: unknown=5
create table if not exists c1 as select $1::int as a;
-- params: unknown=5
create table c1 as select $1::int as a;
-- params: unknown=9
create table c5 as select a from t0 where a < $1 union all select 7 order by 1;
select * from c5;
-- params: int4=9
create table c6 as with x as (insert into t0 values ($1) returning a) select a, $1 as p from x;
select * from c6;
select * from t0 order by a;
-- params: int4=1
create table c7 as values ($1), (2);
select * from c7 order by 1;
-- params: int4=1, int4=2
create table c8 as select $2 as a;
select * from c8;
-- params: int4=0
create table c9 as select a / $1 as a from t0;
select * from c9;
-- params: unknown=x
create table c9 as select $1::int as a;
-- params: unknown=NULL
create table c9 as select $1::int as a;
select * from c9;
-- params: unknown=1
create table c10 as select a from t0 order by a limit $1;
select * from c10;
-- params: int4[]='{1,2}'
create table c11 as select a from t0 where a = any ($1) order by a;
select * from c11;
-- params: unknown=5
create temp table c12 as select $1::int as a, (select max(a) from t0 where a < $1::int) as m;
select * from c12;
-- params: int4=5
create table c13 as select 1 as a;
-- params: unknown=x
create table c14 as select $1 is null as a;
-- params: unknown=7
select $1::int as q, a into s1 from t0 where a < 9;
select * from s1 order by a;
-- params: unknown=7
select $1 as q into s2;
select q, pg_typeof(q) from s2;
-- params: int4=5
create materialized view m1 as select $1 as a;
-- params: unknown=5
create materialized view m1 as select $1 as a;
-- params: unknown=5
create materialized view if not exists m1 as select $1::int as a with no data;
-- params: int4=5
create materialized view m1 as select a from t0 where a < $1;
-- params: int4=5
create materialized view m1 as select $1 as a, x.a as b from c12 x;
-- params: int4=5
create materialized view m1 as with x as (insert into t0 values ($1) returning a) select a from x;
-- params: int4=5
create view v1 as select $1 as a;
begin;
-- params: unknown=zz
declare c cursor for select a, $1::text as p from t0 order by a;
fetch all c;
-- params: unknown=zz
declare d cursor for select a, $1 as p from t0 order by a;
fetch 1 d;
-- params: int4=4, unknown=2
declare e scroll cursor with hold for select a, $1 + 1 as p from t0 where a >= $2 order by a;
commit;
fetch all e;
fetch prior e;
close e;
prepare p(int) as select a + $1 as z from t0;
create table e1 as execute p(1);
select * from e1 order by 1;
-- params: int4=10
create table e2 as execute p($1);
create table e2 as execute p($1);
create table e2 as execute p(1, 2);
create table e2 as execute p('x');
create table e2 as execute nope(1);
create table e2(w) as execute p(2) with no data;
select * from e2;
create materialized view e3 as execute p(2);
prepare w(int) as insert into t0 values ($1) returning a;
create table e4 as execute w(2);
prepare into_table as select 1 as a into e5;
execute into_table;
create table e6 as execute into_table;
select * from e5;
prepare into_given(int) as select $1 as a into e7;
execute into_given(3);
select * from e7;
prepare no as create table e8 as select 1;
-- params: int4=10
execute p($1);
-- params: int4=10
explain (costs off) create table x1 as select $1;
-- params: int4=10
explain (costs off, analyze, timing off, summary off) create table x1 as select $1 as a;
select * from x1;
-- params: int4=10
explain (costs off, analyze, timing off, summary off) select $1 as a into x2;
select * from x2;
explain (costs off, analyze, timing off, summary off) create table x3 as execute p(3);
select * from x3 order by 1;
-- params: int4=10
explain (costs off) declare xc cursor for select $1;
-- params: int4=10
explain (costs off) create materialized view x4 as select $1 as a;
-- params: int4=10
copy (select $1) to stdout;
-- params: int4=10
create table x5(a int default $1);
-- params: int4=10
create index on t0 ((a + $1));
do $$ declare v int := 5; begin create table h1 as select v as vv; execute 'create table h2 as select $1 as vv' using v + 1; select v + 2 as vv into strict v; end $$;
select * from h1;
select * from h2;
do $$ declare v int := 5; begin create materialized view h3 as select v as vv; end $$;
do $$ declare v int := 5; r record; begin create table h4 as select a, v from t0 where a < v; select count(*) as n into r from h4; raise notice '%', r.n; end $$;
do $$ begin execute 'create materialized view h5 as select $1 as vv' using 1; end $$;
