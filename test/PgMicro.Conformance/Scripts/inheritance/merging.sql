-- MERGE into a table with children; triggers and transition tables of statements over several tables.
create table p (id int, v text);
create table c1 (extra int) inherits (p);
create table base (z int, v text);
create table c2 () inherits (base, p);
insert into p values (1,'p1'),(2,'p2');
insert into c1 values (1,'c1',10),(3,'c3',30);
insert into c2(id,v,z) values (2,'d2',5),(4,'d4',6);
merge into p t using (values (1,'m1'),(9,'m9')) s(id, v) on t.id = s.id
 when matched then update set v = s.v || t.v
 when not matched then insert values (s.id, s.v)
 returning merge_action(), t.tableoid::regclass, t.*, s.*;
merge into p t using (values (2)) s(id) on t.id = s.id when matched and t.v like 'd%' then delete when matched then do nothing returning merge_action(), t, t.tableoid::regclass;
merge into only p t using (values (3,'v3'),(1,'n1')) s(id, v) on t.id = s.id when matched then update set v = s.v when not matched then do nothing
 returning merge_action(), t.*;
merge into p t using (values (3)) s(id) on t.id = s.id when matched then update set v = 'three' when not matched by source and t.id = 4 then delete
 returning merge_action(), t.*, t.tableoid::regclass;
merge into p t using p s on t.id = s.id and t.tableoid = s.tableoid when matched then update set v = s.tableoid::regclass || ':' || t.v;
select tableoid::regclass, * from p order by id, v;
create view v as select * from p where id < 5;
merge into v t using (values (3, 'v3'), (9, 'v9')) s(id, v) on t.id = s.id when matched then update set v = s.v when not matched by source then delete returning merge_action(), t.*;
select tableoid::regclass, * from p order by id, v;
merge into p t using (values (3), (3)) s(id) on t.id = s.id when matched then update set v = 'twice';
with m as (merge into p t using (values (3)) s(id) on t.id = s.id when matched then update set v = 'with' returning t.*) select * from m;
prepare m(int) as merge into p t using (values ($1)) s(id) on t.id = s.id when matched then update set v = t.v || $1 when not matched then insert values (s.id, 'new') returning merge_action(), t.*;
execute m(3);
execute m(11);
insert into c1 values (20, 'x', 1);
insert into c2 values (1, 'y', 21);
create function trow() returns trigger language plpgsql as $$ begin raise notice '% % % % old=% new=%', tg_name, tg_relid::regclass, tg_when, tg_op, old, new; return coalesce(new, old); end $$;
create function tstm() returns trigger language plpgsql as $$ begin raise notice '% % % %', tg_name, tg_relid::regclass, tg_when, tg_op; return null; end $$;
create function ttr() returns trigger language plpgsql as $$ begin raise notice '% % old=% new=%', tg_name, tg_relid::regclass, (select string_agg(o::text, ',' order by o.id, o.v) from o), (select string_agg(n::text, ',' order by n.id, n.v) from n); return null; end $$;
create function ttro() returns trigger language plpgsql as $$ begin raise notice '% % old=%', tg_name, tg_relid::regclass, (select string_agg(o::text, ',' order by o.id, o.v) from o); return null; end $$;
create trigger p_row before update or delete on p for each row execute function trow();
create trigger c1_row before update or delete on c1 for each row execute function trow();
create trigger c2_after after update or delete on c2 for each row execute function trow();
create trigger p_stm before update or delete on p execute function tstm();
create trigger p_stma after update or delete on p execute function tstm();
create trigger c1_stm before update or delete on c1 execute function tstm();
create trigger p_tt after update on p referencing old table as o new table as n execute function ttr();
create trigger p_ttd after delete on p referencing old table as o execute function ttro();
create trigger c2_tt after update on c2 referencing old table as o new table as n execute function ttr();
update p set v = 'T' || id where id > 10;
update c2 set v = 'U' || id;
update only p set id = id where id = 11;
update p set v = 'none' where false;
with x as (update p set id = id + 100 where id = 21 returning p) select * from x;
merge into p t using (values (121), (3)) s(id) on t.id = s.id when matched and t.id = 3 then delete when matched then update set v = 'merged';
delete from p where id > 10;
delete from c2;
create function skip() returns trigger language plpgsql as $$ begin if old.id = 50 then return null; end if; new.v := new.v || ' by trigger'; return new; end $$;
create trigger c1_skip before update on c1 for each row execute function skip();
insert into c1 values (50, 'skipped', 1), (51, 'kept', 2);
update p set v = v || '?' where id >= 50 returning *;
select tableoid::regclass, * from p order by id;
