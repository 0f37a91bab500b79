create table base(id int primary key, val text); create table blog(what text, id int, val text);
create rule bi as on insert to base do also insert into blog values ('i', new.id, new.val);
create table rec(a int);
-- selects in rules
create table s(a int);
create rule sa as on insert to s do also select 'inserted' as what, new.a;
insert into s values (5);
insert into s values (6),(7);
create rule sb as on delete to s do instead select * from s where a = old.a;
delete from s where a = 5;
update s set a = a+1;
-- notify
create rule sn as on update to s do also notify chan;
update s set a = a+1;
-- errors
insert into base values (9,'x') on conflict do nothing;
merge into base using (values (1)) x(i) on id = x.i when matched then delete;
with x as (select 1 as q) insert into base select 50, 'x' from x;
with x as (insert into base values (60,'y') returning *) select * from x;
create table n(a int); create rule nn as on insert to n do instead nothing;
with x as (insert into n values (60)) select 1;
with x as (insert into n values (60) returning a) select 1;
insert into n values (1);
insert into n values (1) returning *;
create table m(a int); create rule mm as on insert to m do instead (insert into s values(new.a); insert into rec values(new.a));
with x as (insert into m values (60)) select 1;
insert into m values (77);
select * from rec;
create table nt(a int); create rule nt as on insert to nt do instead notify chan;
insert into nt values (1);
with x as (insert into nt values (60)) select 1;
alter table base disable rule bi; insert into base values (100,'q'); select count(*) from blog where id=100;
alter table base enable replica rule bi; insert into base values (101,'q'); set session_replication_role = replica; insert into base values (102,'q'); reset session_replication_role;
select id from blog where id>100;
prepare p as insert into base values ($1,$2);
execute p(200,'p');
alter table base enable rule bi;
execute p(201,'p');
drop rule bi on base;
execute p(202,'p');
select id from blog where id>=200;

