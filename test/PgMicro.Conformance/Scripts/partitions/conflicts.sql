-- on conflict
create table u (id int, k int, v text default 'd', n int default 0, primary key (id, k)) partition by range (k);
create table u1 partition of u for values from (0) to (10);
create table u2 (v text, n int default 5, k int not null, id int not null, primary key (id, k));
alter table u attach partition u2 for values from (10) to (20);
insert into u values (1, 1, 'one'), (1, 11, 'eleven');
insert into u values (1, 1, 'uno') on conflict do nothing returning *;
insert into u values (1, 1, 'uno'), (2, 2, 'due') on conflict (id, k) do nothing returning tableoid::regclass, *;
insert into u values (1, 1, 'uno'), (1, 11, 'undici'), (3, 12, 'neu') on conflict (id, k) do update set v = excluded.v || '/' || u.v, n = u.n + 1 returning tableoid::regclass, *;
insert into u values (1, 11, 'a'), (1, 11, 'b') on conflict (k, id) do update set v = excluded.v;
insert into u values (1, 11, 'a') on conflict (id) do nothing;
insert into u values (1, 11, 'a') on conflict (id, k) do update set k = 1;
insert into u values (1, 11, 'a') on conflict (id, k) do update set k = 12 returning *;
insert into u values (1, 12, 'a') on conflict on constraint u_pkey do update set v = excluded.v, n = (select count(*) from u) where u.n < 100 returning *, u, u is null;
insert into u values (1, 12, 'a') on conflict on constraint u1_pkey do nothing;
insert into u2 values ('x', 1, 12, 1) on conflict do nothing returning *;
insert into u values (1, 1), (1, 1) on conflict do nothing;
insert into u values (9, 9), (9, 9);
insert into u values (null, 9);
select tableoid::regclass, * from u order by k, id;
with w as (insert into u values (1, 1, 'w'), (7, 7, 'w') on conflict (id, k) do update set v = 'w:' || excluded.v returning tableoid::regclass, id, k, v) select * from w order by id;
-- views
create view uv as select id, k, v from u where k < 15 with check option;
insert into uv values (5, 5, 'view') returning *;
insert into uv values (5, 16, 'view') returning *;
update uv set k = 16 where id = 5;
update uv set k = 14 where id = 5 returning *;
delete from uv where id = 5 returning *;
