CREATE TABLE t1 (a int, b text);
INSERT INTO t1 VALUES (1, 'x'), (2, 'y');
create function r1() returns t1 language plpgsql as $$ begin return row(1,2); end $$;
select r1();
create function r3() returns record language plpgsql as $$ declare r record; begin select 1 as a,'x'::text as b into r; return r; end $$;
select r3();
select * from r3() as (a int, b text);
create function r4() returns setof t1 language plpgsql as $$ begin return query select 1; end $$;
select * from r4();
create function r6() returns setof int language plpgsql as $$ begin return query select 'x'::text; end $$;
select * from r6();
create function r7() returns setof t1 language plpgsql as $$ declare r record; begin r := row(1,2); return next r; end $$;
select * from r7();
create function r8() returns t1 language plpgsql as $$ begin return 5; end $$;
select * from r8();
create function r9() returns int language plpgsql as $$ begin end $$;
select * from r9();
create function r10() returns setof record language plpgsql as $$ begin return next row(1,2); return query select 3,4; end $$;
select * from r10() as (a int, b int);
create function cx() returns text language plpgsql as $$ declare c text; begin get diagnostics c = pg_context; return c; end $$;
create function cx2() returns text language plpgsql as $$ declare c text; begin c := cx(); raise notice '%', c; c := (select cx()); raise notice '%', c; perform cx(); return c; end $$;
select cx2();
create or replace function vv(x int) returns void language plpgsql as $$ begin insert into t1 values (7); end $$ stable;
select vv(1);
create function nest(n int) returns int language plpgsql as $$ begin if n = 0 then return 1/n; end if; return nest(n-1) + 1; end $$;
select nest(2);
create function dd(a int, out b int, inout c text) language plpgsql as $$ begin b := a; c := c || 'x'; end $$;
select * from dd(1,'q'); select dd(1,'q');
select * from t1;
do $$ begin commit; end $$;
do $$ begin begin commit; exception when others then raise; end; end $$;
create procedure p2(a int, inout b int, out c text) language plpgsql as $$ begin b := a + b; c := 'c' || b; end $$;
call p2(1, 2, null);
do $$ declare x int := 5; y text; begin call p2(1, x, y); raise notice '% %', x, y; call p2(c => y, b => x, a => 3); raise notice '% %', x, y; call p2(1, 2, y); end $$;
create function poly(anyelement, anyarray) returns anyelement language plpgsql as $$ declare x $1%type; begin x := $2[1]; return x; end $$;
select poly(1, array[5,6]), poly('a'::text, array['q','r']);
create function tbl(n int) returns table(i int, sq text) language plpgsql as $$ begin for i in 1..n loop tbl.i := i; sq := i*i; return next; end loop; end $$;
select * from tbl(3);
create function vari(variadic x int[]) returns int language plpgsql as $$ declare s int := 0; e int; begin foreach e in array x loop s := s + e; end loop; return s; end $$;
select vari(1,2,3), vari(variadic array[4,5]);
create function fpar(f int) returns int language plpgsql as $$ declare f int := 7; begin return f + fpar.f; end $$;
select fpar(3);
create function comp(r t1) returns text language plpgsql as $$ begin r.b := r.b || '?'; return r.a || r.b; end $$;
select comp(t1) from t1 where b is not null;
create function bad1(x cstring) returns int language plpgsql as $$ begin return 1; end $$;
create function bad2(x int) returns cstring language plpgsql as $$ begin return 1; end $$;
create function bad3(x int) returns trigger language plpgsql as $$ begin return 1; end $$;
create function bad4(x int) returns int language plpgsql as $$
begin
  return x +;
end $$;
create function bad5(x int) returns int language plpgsql as $$
declare y nope;
begin
  return 1;
end $$;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
select trg();
create function dup(a int, out a int) language plpgsql as $$ begin end $$;
create function sq(n int) returns setof int language plpgsql as $$ begin return query select generate_series(1,n); return query execute 'select $1*2' using n; if not found then raise notice 'nf'; end if; return; end $$;
select * from sq(2); select sq(2);
create function exc(a int) returns int language plpgsql as $$ declare v text; begin begin insert into t1 values (500); perform 1/a; return 1; exception when division_by_zero then get stacked diagnostics v = pg_exception_context; raise notice 'caught % / %', sqlerrm, v; return -1; end; end $$;
select exc(0), exc(1); select count(*) from t1 where a = 500;
select exc(0) from generate_series(1,2);
create procedure cp(n int) language plpgsql as $$ begin for i in 1..n loop insert into t1 values (i * 1000); if i % 2 = 0 then commit; else rollback; end if; end loop; end $$;
call cp(4);
select * from t1 where a >= 1000 order by a;
begin;
call cp(1);
rollback;
create function callscp() returns void language plpgsql as $$ begin call cp(2); end $$;
select callscp();
do $$ begin call cp(2); raise notice '%', (select count(*) from t1 where a >= 1000); end $$;
do $$ begin begin call cp(2); exception when others then raise notice '% %', sqlstate, sqlerrm; end; end $$;
create function refused() returns int language plpgsql as $$ begin return 'abc'; end $$;
select refused();
create or replace function refused() returns int language plpgsql as $$
begin
  if foo then
    return 1;
  end if;
end $$;
select refused();
set check_function_bodies = off;
create function unchecked() returns int language plpgsql as $$
begin
  return 1 +;
end $$;
select unchecked();
reset check_function_bodies;
create function raising(level text) returns int language plpgsql as $$
begin
  begin
    raise exception 'first % %', level, 1 using errcode = 'U0001', detail = 'd', hint = 'h', table = 'tab', column = 'col', constraint = 'con', datatype = 'dat', schema = 'sch';
  exception
    when sqlstate 'U0002' then return 2;
    when division_by_zero or sqlstate 'U0001' then
      declare a text; b text; c text; d text; e text;
      begin
        get stacked diagnostics a = returned_sqlstate, b = message_text, c = table_name, d = constraint_name, e = pg_exception_hint;
        raise notice '% % % % % / % %', a, b, c, d, e, sqlstate, sqlerrm;
      end;
      raise warning 'again' using errcode = '01234';
      if level = 'rethrow' then raise; end if;
  end;
  return 1;
end $$;
select raising('quiet');
select raising('rethrow');
create function outer_f(i int) returns int language plpgsql as $$
declare
  r int;
begin
  select raising('rethrow') into r;
  return r;
end $$;
select outer_f(1);
do $$ begin perform outer_f(1); exception when others then raise notice 'caught %', sqlerrm; end $$;
create function countdown(n int) returns text language plpgsql as $$ begin return case when n <= 0 then 'go' else n || ' ' || countdown(n - 1) end; end $$;
select countdown(5);
create function writes(i int) returns int language plpgsql as $$ declare n int; begin insert into t1 values (i, 'written'); get diagnostics n = row_count; return n; end $$;
select writes(7000);
select writes(a + 7000) from (values (1), (2)) v (a);
select a, b from t1 where b = 'written' order by a;
create function strictf(a int) returns text strict language plpgsql as $$ begin return 'called'; end $$;
select strictf(null) is null, strictf(1);
create function defs(a int, b int default 2, c text default 'c') returns text language plpgsql as $$ begin return a || ':' || b || ':' || c; end $$;
select defs(1), defs(1, 3), defs(1, c => 'x');
select proname, prosrc from pg_proc where proname = 'strictf';
drop function strictf(int);
do $$ declare c cursor for select 1 as x; begin c := 'named'; open c; raise notice '%', c; end $$;
create procedure outs(a int, inout b int, inout c int) language plpgsql as $$ begin raise notice 'running'; b := a; c := a; end $$;
do $$ declare b int; c int; begin call outs(1, b, c => c); raise notice '% %', b, c; call outs(1, b, 3); end $$;
do $$ begin for r in update t1 set b = b where a = 1 returning a loop rollback; end loop; end $$;
do $$ declare r record; begin for r in update t1 set b = b where a = 1 returning a loop rollback; end loop; end $$;
do $$ declare a int[]; j jsonb := '{}'; begin a[1] := '7'::text; a[2] := 2.7; j['k'] := '"v"'; raise notice '% %', a, j; end $$;
do $$ begin execute 'call cp(2)'; end $$;
do $$ begin savepoint x; end $$;
do $$ begin set local work_mem = '8MB'; raise notice '%', current_setting('work_mem'); end $$;
do $$ begin set transaction isolation level repeatable read; commit and chain; raise notice '%', current_setting('transaction_isolation'); commit; raise notice '%', current_setting('transaction_isolation'); end $$;
