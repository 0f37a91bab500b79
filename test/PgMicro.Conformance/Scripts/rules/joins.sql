create table em(id int, dept int, sal int); create table sqlog(id int, v text); insert into em values (1,1,200),(2,1,50),(3,2,70);
-- view joins
create table c(id int, name text); create table o(id int, cid int, amt int); insert into c values (1,'x'),(2,'y'); insert into o values (1,1,5),(2,1,6),(3,2,7);
create view co as select o.id, c.name, o.amt from o join c on c.id = o.cid;
create rule cou as on update to co do instead (update o set amt = new.amt where id = old.id; update c set name = new.name where name = old.name);
update co set amt = amt * 10 where name = 'x'; update co set name = upper(name); select * from co order by id;
create rule cod as on delete to co do instead delete from o where id = old.id returning old.id, (select name from c where c.id = o.cid), o.amt;
delete from co where amt > 55 returning *; delete from co using (values (3)) v(i) where co.id = v.i returning co.name, v.i; select * from o;
create rule coi as on insert to co do instead insert into o select new.id, c.id, new.amt from c where c.name = new.name returning id, 'n'::text, amt;
insert into co values (10,'X',1),(11,'nobody',2),(12,'Y',3) returning id, amt; insert into co select 20 + g, 'X', g from generate_series(1,3) g; select * from o order by id;
begin; declare cur cursor for select * from em; fetch cur; create rule emn as on update to em do also insert into sqlog values (old.id, 'cur'); update em set sal = 1 where current of cur; commit; select * from sqlog where v='cur';
