create table hat_data (hat_name char(10), hat_color char(10));
create unique index hat_data_unique_idx on hat_data (hat_name collate "C" bpchar_pattern_ops);
create view hats as select * from hat_data;
create rule hat_nosert as on insert to hats do instead insert into hat_data values (new.hat_name, new.hat_color) on conflict (hat_name collate "C" bpchar_pattern_ops) where hat_color = 'green' do nothing returning *;
insert into hats values ('h7','black') returning *; insert into hats values ('h7','green') returning *; select * from hat_data;
select tablename, rulename, definition from pg_rules where tablename='hats';
drop rule hat_nosert on hats;
create rule hat_upsert as on insert to hats do instead insert into hat_data values (new.hat_name, new.hat_color) on conflict (hat_name) do update set hat_name = hat_data.hat_name, hat_color = excluded.hat_color where excluded.hat_color <> 'forbidden' and hat_data.* <> excluded.* returning *;
insert into hats values ('h8','black') returning *; insert into hats values ('h8','white') returning *; insert into hats values ('h8','forbidden') returning *; insert into hats values ('h9','a'),('h8','b') returning *; select * from hat_data order by 1;
select pg_get_ruledef(oid, true) from pg_rewrite where rulename = 'hat_upsert';
with data(hat_name, hat_color) as materialized (values ('h8','green'),('h9','blue'),('h7','forbidden')) insert into hats select * from data returning *;
insert into hats values ('x') on conflict do nothing;
create rule merge_rule as on insert to hat_data do also merge into hats using (select 1) s on true when matched then do nothing;
-- money & current_user
create table emp(ename char(20), salary numeric); create table elog(ename char(20), who name, action char(10), newsal numeric, oldsal numeric);
create rule e_ins as on insert to emp do insert into elog values (new.ename, current_user, 'hired', new.salary, '0.00');
create rule e_upd as on update to emp where new.salary != old.salary do insert into elog values (new.ename, current_user, 'honored', new.salary, old.salary);
create rule e_del as on delete to emp do insert into elog values (old.ename, current_user, 'fired', '0.00', old.salary);
insert into emp values ('wiech','5000.00'); update emp set ename = 'wiecx' where ename='wiech'; update emp set salary = '6000' where ename = 'wiecx'; update emp set salary = salary * 2 where false; delete from emp where ename = 'wiecx'; select ename, action, newsal, oldsal from elog order by ename, action;
create table empm(ename char(20), salary numeric); insert into empm values ('meyer', 4000), ('maier', 5000); insert into emp select * from empm; update empm set salary = 7000 where ename='meyer'; update emp set salary = empm.salary from empm where emp.ename = empm.ename; delete from emp where emp.ename in (select ename from empm where salary > 5000); select ename, action, newsal, oldsal from elog order by ename, action, newsal; delete from emp where emp.ename = empm.ename;
delete from emp using empm where emp.ename = empm.ename; select * from emp;
-- instead chain
create table n1(a int, b text); create table n2(a int, b text); create table n3(a int, b text); create table n4(a int, b text);
create rule n1r as on insert to n1 where new.a >= 10 and new.a < 20 do instead insert into n2 values (new.a, new.b);
create rule n1r2 as on insert to n1 where new.a >= 20 and new.a < 30 do instead nothing;
create rule n2r as on insert to n2 do instead nothing;
create rule n3r as on insert to n3 where new.a >= 100 do instead insert into n4 select new.a, new.b || '!';
insert into n1 values (5,'x'),(12,'y'),(25,'z'),(40,'w'); insert into n1 values (11,'only'); insert into n3 select a * 10, b from n1; select * from n1; select * from n2; select * from n3; select * from n4;
delete from n1; insert into n1 select * from n3; select count(*) from n1;
-- attach policy etc
create table shoe(name text, slmin float, slmax float, unit text); create table unit(un text, fact float); insert into unit values ('cm',1),('inch',2.54); insert into shoe values ('sh1',65,80,'cm'),('sh3',35,50,'inch');
create view shoev as select s.name, s.slmin, s.slmin * u.fact as slmincm, s.unit from shoe s, unit u where s.unit = u.un;
create rule shoev_upd as on update to shoev do instead update shoe set slmin = new.slmin, unit = new.unit where name = old.name;
create rule shoev_log as on update to shoev where new.slmincm <> old.slmincm do also insert into elog(ename, who, newsal, oldsal) values (new.name, current_user, new.slmincm::numeric, old.slmincm);
update shoev set slmin = slmin * 2 where slmincm > 70; select * from shoe; select ename, newsal, oldsal from elog where ename like 'sh%';
update shoev set slmincm = 1;
-- composite, arrays in update
create type comp as (x int, y text); create table ct(id int, c comp, a int[]); create table ctl(id int, c comp, x int, a1 int);
create rule ctr as on update to ct do also insert into ctl values (old.id, new.c, (new.c).x, new.a[1]); create rule cti as on insert to ct do also insert into ctl values (new.id, new.c, (new.c).x, new.a[1]);
insert into ct(id, c.x, a[1]) values (1, 5, 6); insert into ct values (2, row(7,'q'), '{8,9}'); update ct set c.y = 'set', a[2] = 10; update ct set c = row(id, 'r'); select * from ct; select * from ctl;
update ct set (id, a) = (id + 10, '{1}') where id = 1; select * from ctl;
-- temp
create temp table tt(a int); create rule ttr as on insert to tt do also select count(*) from tt; insert into tt values (1); begin; create rule x as on delete to tt do instead nothing; delete from tt; rollback; delete from tt returning *;
-- set role owner change
create table parts(id int, c comp, a int[], x int, y text);
create rule p1 as on delete to parts do instead update parts set c.x = (c).x - 1, a[1] = 0, a[2:3] = '{7,8}', (x, y) = (select old.x + 1, old.y || '!') where id = old.id;
create rule p2 as on insert to ctl do also insert into parts (id, c.y, a[2]) values (new.id, 'y', 5), (new.id + 1, 'z', 6);
create rule p3 as on update to parts where row(old.*) is distinct from row(new.*) and row(old, 1) < row(new, 2) do also insert into ctl(c) select new.c;
select rulename, pg_get_ruledef(oid), pg_get_ruledef(oid, true) from pg_rewrite where rulename in ('p1', 'p2', 'p3') order by 1;
drop rule p3 on parts;
insert into ctl(id) values (1); delete from parts where id = 1; select * from parts order by id;
update pg_settings set setting = '123' where name = 'work_mem';
show work_mem;
update pg_settings set setting = 'off' where name in ('enable_sort', 'enable_hashjoin') and category like 'Query Tuning%';
select name, setting from pg_settings where name in ('enable_sort', 'enable_hashjoin') order by 1;
update pg_settings set setting = 'nonsense' where name = 'enable_sort';
insert into pg_settings(name) values ('x');
