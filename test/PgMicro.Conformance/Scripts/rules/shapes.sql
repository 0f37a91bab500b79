-- more shapes
create table src(f1 int, f2 int default 0); create table srclog(f1 int, f2 int, tag text, id serial);
insert into src values (1,11),(2,22);
create rule rs1 as on update to src do also insert into srclog values (old.*, 'old', default), (new.*, 'new', default);
update src set f2 = f2 * 10; select * from srclog;
create rule rs2 as on update to src do also values (old.*, 'old'), (new.*, 'new');
update src set f2 = f2 / 10;
create rule rs3 as on insert to src do also insert into srclog values (null, null, '-', default), (new.*, 'new', default);
insert into src values (22,23), (33,default); select * from src; select * from srclog;
create rule rs4 as on delete to src do notify rules_src_deletion;
create rule rs5 as on insert to src do also insert into srclog as trg(f1, f2) values (new.f1, new.f2) returning trg.f1, new.f1;
create rule rs6 as on update to src do instead update srclog trg set tag = 'updated' from (select old.f1) as o(f1) where trg.f1 = o.f1;
create rule rs7 as on delete to src do instead with wins as (insert into srclog as trgt values (0,0,'wins') returning f1) delete from only src trgt using wins where trgt.f1 = wins.f1;
select pg_get_ruledef(oid) from pg_rewrite where rulename ~ '^rs[567]' order by rulename;
update src set f2 = 1;
delete from src;
select f1,f2,tag from srclog order by id;
-- update with from subquery in action referencing OLD
create table s1(k int primary key, v int); create table s2(k int, v int); insert into s1 select g, g from generate_series(1,5) g;
create rule s1u as on update to s1 do also insert into s2 select x.k, x.v from (select old.k as k, new.v as v) x;
update s1 set v = v + 100 where k < 3; select * from s2;
create rule s1d as on delete to s1 where old.k % 2 = 0 do also insert into s2 select old.k, count(*) from s1;
delete from s1 where k > 2; select * from s2 order by 1,2;
create rule s1i as on insert to s1 where exists (select 1 from s1 z where z.k = new.k) do instead update s1 set v = new.v where k = new.k;
insert into s1 values (1, 1000), (7, 7); select * from s1 order by k;
insert into s1 values (8,8), (8,9);
insert into s1 select k, k*2 from generate_series(7,9) k; select * from s1 order by k;
-- several insteads and also, order by name
create table ord(a int); create table ordlog(n serial, t text);
create rule c3 as on insert to ord do also insert into ordlog(t) values ('c3 ' || new.a);
create rule a1 as on insert to ord do also insert into ordlog(t) values ('a1 ' || new.a);
create rule b2 as on insert to ord where new.a = 5 do instead insert into ordlog(t) values ('b2 ' || new.a);
create rule d4 as on insert to ord where new.a > 4 do instead insert into ordlog(t) values ('d4 ' || new.a);
insert into ord values (3),(5),(6); select * from ord; select t from ordlog order by n;
-- nested views with rules
create table nb(id int primary key, x text); create view n1 as select * from nb; create view n2 as select * from n1 where id > 0;
create rule n1i as on insert to n1 do instead insert into nb values (new.id, 'n1:' || new.x) returning *;
insert into n2 values (1,'a') returning *; update n2 set x = x || '!' returning *; delete from n2 returning id;
create rule n2i as on insert to n2 do instead insert into n1 values (new.id + 1, 'n2:' || new.x) returning id - 1, x;
insert into n2 values (10,'b'),(20,'c') returning *; select * from nb;
create view n3 with (security_barrier) as select id, upper(x) ux from n2;
create rule n3u as on update to n3 do instead update n2 set x = lower(new.ux) where id = old.id;
update n3 set ux = 'ZZ' where ux like '%B%'; select * from nb order by 1;
create or replace view n2 with (security_invoker) as select * from n1; 
-- view defaults
create table vb(a int, b int default 77); create view vd as select * from vb; alter view vd alter column a set default 5;
create rule vdi as on insert to vd do also insert into ordlog(t) values ('vd ' || coalesce(new.a::text,'null') || ' ' || coalesce(new.b::text, 'null'));
insert into vd(b) values (1); insert into vd default values; insert into vd values (default, default), (3, default); select * from vb; select t from ordlog where t like 'vd%' order by n;
-- check option view + rule on base
create view vc as select * from vb where a < 100 with check option; create rule vbi as on insert to vb do also insert into ordlog(t) values ('vb ' || new.a);
insert into vc values (50, 1); insert into vc values (500, 1); select t from ordlog where t like 'vb%' order by n;
-- recursion in two
create table ra1(a int); create table ra2(a int);
create rule x as on insert to ra1 do instead insert into ra2 values (new.a); create rule x as on insert to ra2 do instead insert into ra1 values (new.a);
insert into ra1 values (1);
create view rv as select * from ra1; create rule rvx as on update to rv do instead update rv set a = new.a; update rv set a = 1;
-- union original
create table uu(a int); create rule uur as on insert to uu do also insert into ordlog(t) select 'uu' || new.a where new.a > 1;
insert into uu select 1 union select 2 order by 1 desc; select t from ordlog where t like 'uu%';
with q(z) as (values (7)) insert into uu select z from q; 
with q(z) as (select 1) delete from uu using q where a = z returning *;
create rule uud as on delete to uu do instead update uu set a = -1 where a = old.a returning a;
with q(z) as (select 2) delete from uu using q where a = z returning a, z;
select * from uu;
-- set returning and aggregates
create rule uu3 as on insert to uu do also insert into ordlog(t) select 'agg' || count(*) from uu where a <= new.a;
insert into uu values (5),(6); select t from ordlog where t like 'agg%';
create table z1(a int, b int[], c text); create table z2(a int, e int);
create rule z1i as on insert to z1 do also insert into z2 select new.a, unnest(new.b);
insert into z1 values (1, '{1,2,3}', 'x'); insert into z1(a, b[1], b[2]) values (2, 4, 5); insert into z1 (a,b) values (3, array[7,8]), (4, null); select * from z2;
create rule z1u as on update to z1 where new.c is distinct from old.c do also delete from z2 where z2.a = old.a and z2.e = any (old.b);
update z1 set c = 'changed' where a = 1; update z1 set b[1] = 10 where a = 2; select * from z2; 
-- order by / limit / distinct in actions, for update
create rule lim as on delete to z1 do also insert into z2 select distinct on (q) 100, q from generate_series(1,3) q where q <> old.a order by q limit 2;
delete from z1 where a in (1,3); select * from z2 where a = 100 order by e;
-- returning mixing
create table ret(a int, b int); create view rview as select a, b from ret;
create rule rvi as on insert to rview do instead insert into ret values (new.a, new.b) returning ret.a, ret.b + 1;
insert into rview values (1,1) returning a + b, b, rview; with t as (insert into rview values (2,2),(3,3) returning *) select sum(b) from t;
create rule rvi2 as on insert to rview do instead insert into ret values (new.a, new.b) returning *;
insert into rview values (5,5); insert into rview values (5,5) returning *;
create rule rvu as on update to rview do also insert into ret values (0, new.b); update rview set b = b + 1 where a = 1 returning *; select * from ret order by 1, 2;
create rule rvd as on delete to rview where old.a > 100 do instead nothing; delete from rview;
create rule rvd2 as on delete to rview do instead delete from ret where a = old.a; delete from rview returning *; delete from rview where a < 2; select * from ret order by 1;
-- current values, limits of columns
create table big(a int check (a > 0), b varchar(3)); create table bigl(b varchar(2)); create rule bigr as on insert to big do also insert into bigl values (new.b);
insert into big values (1,'ab'); insert into big values (2,'abc'); insert into big values (-1,'a'); select * from big; select * from bigl;
insert into big values (3, 'x'), (4, null); select * from bigl;
alter table big add column c int default 9; create rule bigc as on insert to big do also insert into bigl values (new.c); insert into big(a) values (10); select * from bigl; alter table big drop column b; alter table big drop column b cascade; insert into big(a) values (11); select * from big; select * from bigl;
begin; savepoint x; insert into big(a) values (12); insert into big(a) values (0); rollback to x; insert into big(a) values (13); commit; 
select a from big order by a; select * from bigl;
