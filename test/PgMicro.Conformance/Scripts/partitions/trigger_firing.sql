create table log (n serial, m text);
create function tell() returns trigger language plpgsql as $$
begin
  raise notice '% % % % old=% new=%', tg_name, tg_table_name, tg_when, tg_op, old, new;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create function tell_stmt() returns trigger language plpgsql as $$
begin
  raise notice '% % % % %', tg_name, tg_table_name, tg_when, tg_op, tg_level;
  return null;
end $$;
create function seen() returns trigger language plpgsql as $$
declare o text; n text;
begin
  if tg_op <> 'INSERT' then select string_agg(t::text, ' ' order by t::text) into o from oldt t; end if;
  if tg_op <> 'DELETE' then select string_agg(t::text, ' ' order by t::text) into n from newt t; end if;
  raise notice '% % old: % new: %', tg_name, tg_op, o, n;
  return null;
end $$;
create table t (a int, b text) partition by list (b);
create table tx partition of t for values in ('x');
create table ty (b text, a int);
alter table t attach partition ty for values in ('y');
create trigger r1 before insert or update or delete on t for each row execute function tell();
create trigger r2 after insert or update or delete on t for each row execute function tell();
create trigger s1 before insert or update or delete on t for each statement execute function tell_stmt();
create trigger s2 after insert or update or delete on t for each statement execute function tell_stmt();
create trigger ls before insert or update or delete on tx for each statement execute function tell_stmt();
create trigger si after insert on t referencing new table as newt for each statement execute function seen();
create trigger su after update on t referencing old table as oldt new table as newt for each statement execute function seen();
create trigger sd after delete on t referencing old table as oldt for each statement execute function seen();
insert into t values (1, 'x'), (2, 'y');
insert into tx values (3, 'x');
update t set a = a + 10 where b = 'x';
update t set b = 'y' where a = 11 returning *;
update ty set a = 5;
delete from t where a = 5;
insert into t values (7, 'q');
drop trigger r1 on t;
drop trigger r2 on t;
-- before triggers that change the row
create function shift() returns trigger language plpgsql as $$ begin new.b := 'y'; return new; end $$;
create function skip() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger m1 before insert on t for each row when (new.a = 100) execute function shift();
insert into t values (100, 'x');
insert into t values (100, 'y');
insert into tx values (100, 'x');
drop trigger m1 on t;
create trigger m2 before insert on tx for each row when (new.a = 101) execute function shift();
insert into t values (101, 'x');
insert into tx values (101, 'x');
create trigger m3 before update on tx for each row when (new.a = 102) execute function shift();
insert into t values (103, 'x');
update t set a = 102 where a = 103 returning tableoid::regclass, *;
insert into t values (103, 'x');
update tx set a = 102 where a = 103;
create trigger m4 before delete on tx for each row when (old.a = 103) execute function skip();
update t set b = 'y' where a = 103 returning *;
select tableoid::regclass, * from t order by 2, 3;
create trigger m5 before insert on ty for each row when (new.a = 104) execute function skip();
insert into t values (104, 'x');
update t set b = 'y' where a = 104 returning *;
select tableoid::regclass, * from t order by 2, 3;
with w as (update t set b = 'x' where b = 'y' returning tableoid::regclass, a, b) select * from w order by a;
select tgrelid::regclass, tgname, tgparentid <> 0 from pg_trigger where not tgisinternal and tgrelid in ('t'::regclass, 'tx'::regclass, 'ty'::regclass) order by 1, 2;
create trigger bad after insert on tx referencing new table as newt for each row execute function seen();
create trigger bad after insert on t referencing new table as newt for each row execute function seen();
-- copy fires them
copy t from stdin;
-- data: 201\tx\n202\ty\n
select tableoid::regclass, * from t order by 2, 3;
