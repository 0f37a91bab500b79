-- errors tell of the named table's columns
create table n (a int, b text, c int) partition by list (a);
create table n1 (c int check (c > 0), x int, b text not null, a int);
alter table n1 drop column x;
alter table n attach partition n1 for values in (1);
insert into n values (1, 'x', 0);
insert into n values (1, null, 1);
insert into n1 values (0, 'x', 1);
insert into n values (1, 'x', 1) returning n, *, tableoid::regclass;
update n set c = 0;
update n1 set c = 0;
update n set b = null;
update n set a = 2;
update n1 set a = 2;
insert into n (b, c) values ('a very long text that goes on and on, past the sixty four bytes that are shown of a value', 1);
select n.*, n1.* from n join n1 using (a);
-- WITH
with del as (delete from n returning *), ins as (insert into n select a, b || '!', c from del returning *) select * from ins;
with up as (update n set b = b || '?' returning *) insert into n select a, b, c + 1 from up returning *;
select * from n order by c;
with i as (insert into n values (1, 'new', 9) returning *) select count(*) from n;
select count(*) from n;
-- attach, detach: what a row may be
alter table n detach partition n1;
insert into n1 values (1, 'z', 5);
insert into n values (1, 'z', 5);
-- default partition
create table d (a int, b int) partition by range (a, b);
create table d1 partition of d for values from (1, 1) to (5, 5);
create table dd partition of d default;
insert into d values (1, 0), (1, 1), (5, 4), (5, 5), (null, 1) returning tableoid::regclass, *;
insert into dd values (2, 2);
update dd set a = 2;
update d set a = 2 where b = 5 returning tableoid::regclass, *;
update d set a = a + 10 where tableoid = 'd1'::regclass returning tableoid::regclass, *;
prepare move as update d set a = $1 where a = $2 returning tableoid::regclass, *, $1 + 1;
execute move(3, 11);
execute move(30, 3);
-- set of several columns, subqueries
update d set (a, b) = (select 2, max(b) from d) where a = 30 returning tableoid::regclass, *;
update d set (a, b) = (d.b + 100, d.a) from (values (2), (3)) v(x) where d.a = v.x returning tableoid::regclass, d.*, v.x;
-- only
insert into only d values (1, 1);
select count(*) from only d;
update only d set a = 1;
delete from only d;
-- a partitioned table without partitions
create table z (a int, g int generated always as (a + 1) stored) partition by hash (a);
insert into z values (1);
update z set a = 2;
delete from z;
select * from z;
create table z0 partition of z for values with (modulus 1, remainder 0);
insert into z values (1), (2) returning *;
update z set a = a + 1 returning *;
truncate z;
insert into z values (default, default), (5, default) returning *;
