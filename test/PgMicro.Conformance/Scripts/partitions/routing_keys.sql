-- hash
create table h (a int, b text) partition by hash (a, b);
create table h0 partition of h for values with (modulus 3, remainder 0);
create table h1 partition of h for values with (modulus 3, remainder 1);
insert into h select i, 'x' || i from generate_series(1, 20) i on conflict do nothing;
create table h2 partition of h for values with (modulus 3, remainder 2);
insert into h select i, 'x' || i from generate_series(1, 20) i;
select tableoid::regclass, count(*), min(a), max(a) from h group by 1 order by 1;
select tableoid::regclass, * from h order by a, b limit 12;
update h set a = a + 1 where a = 5 returning tableoid::regclass, *;
insert into h0 values (1, 'x1');
insert into h0 values (2, 'x2');
insert into h values (null, null), (1, null), (null, 'z') returning tableoid::regclass, *;
-- expressions, defaults, several levels
create table e (a text, b int, c date) partition by range (lower(a), (b % 10));
create table e1 partition of e for values from ('a', minvalue) to ('m', 5);
create table e2 partition of e for values from ('m', 5) to ('z', maxvalue);
create table ed partition of e default partition by list ((c is null));
create table edt partition of ed for values in (true);
insert into e values ('ABC', 15), ('m', 14), ('M', 15), ('Z', 3), ('zz', 4), (null, 5) returning tableoid::regclass, *;
insert into e values ('zz', 4, '2020-01-01');
insert into e1 values ('m', 16, null);
insert into ed values ('b', 1, null);
insert into ed values (null, 1, null) returning tableoid::regclass, *;
insert into edt values ('b', 1, null);
update e set a = 'b' where a is null returning tableoid::regclass, *;
update e set c = '2020-01-01' where a = 'zz';
drop table e1;
insert into e values ('b', 4, null);
insert into e values ('b', 4, '2020-01-01');
-- identity, defaults, serial
create table i (id bigint generated always as identity, at timestamptz, note text default 'root', s serial) partition by range (at);
create table i1 partition of i (note default 'leaf') for values from ('2020-01-01') to ('2021-01-01');
insert into i (at) values ('2020-05-05') returning id, note, s, tableoid::regclass;
insert into i1 (at) values ('2020-05-05') returning id, note, s, tableoid::regclass;
insert into i (id, at) values (5, '2020-05-05');
insert into i (id, at) overriding system value values (5, '2020-05-05') returning id, note, s;
insert into i (at) values (null);
insert into i (at) select '2020-02-02' from generate_series(1, 3) returning id, s;
