-- diamonds and several levels
create table a (i int, j int check (j > 0)); create table b () inherits (a); create table c () inherits (a); create table d () inherits (b, c); create table e (k text) inherits (d);
create view cols as select attrelid::regclass::text t, attnum n, attname, format_type(atttypid, atttypmod) ty, attnotnull nn, attislocal loc, attinhcount cnt, attidentity i, attgenerated g, pg_get_expr(adbin, adrelid) def from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum where attnum > 0 and not attisdropped and attrelid in (select oid from pg_class where relkind in ('p', 'r') and relnamespace = 'public'::regnamespace) order by 1, 2;
create view cons as select conrelid::regclass::text t, conname, contype, conislocal, coninhcount, connoinherit, convalidated, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 order by 1, 2;
insert into e values (1, 1, 'e'); insert into d values (2, 2); insert into b values (3, 3);
alter table a add column l int default 4 check (l < 100);
select * from cols; select * from cons;
alter table b alter column i type bigint; alter table b rename column i to ii; alter table c drop constraint a_j_check;
alter table a alter column i type bigint using i + j; select * from only e; select * from only d;
alter table a alter column i type text using 'x' || i::text;
alter table a rename column j to jj; alter table a rename constraint a_j_check to ajc; select * from cons;
alter table b no inherit a; select * from cols where t in ('b','d','e'); select * from cons where t in ('b','d','e');
alter table a drop column jj; select * from cols where attname = 'jj'; select * from cons;
alter table c drop column l; alter table b drop column l; select * from cols where attname = 'l'; select * from cons;
alter table b inherit a; alter table b add column l int default 4; alter table b inherit a; alter table b add constraint a_l_check check (l < 100); alter table b inherit a; select * from cols where t in ('b','d','e'); select * from cons;
alter table d inherit a; select inhrelid::regclass, inhparent::regclass, inhseqno from pg_inherits where inhrelid in (select oid from pg_class where relkind = 'r') order by 1, 3;
alter table a inherit e; alter table a inherit d;
alter table a drop constraint a_l_check; select * from cons;
alter table only a add column only_a int; alter table only a rename i to x; alter table only a drop column l; select * from cols where attname = 'l';
drop table d; drop table d cascade; drop table a; drop table if exists b; drop table c; drop table a;
-- constraints that conflict
create table p (a int); create table c1 () inherits (p); alter table c1 add constraint k check (a > 0) not valid; alter table p add constraint k check (a > 0); alter table p add constraint k check (a > 0) not valid; select * from cons;
alter table p validate constraint k; select conrelid::regclass, convalidated from pg_constraint where conname = 'k' order by 1;
alter table c1 add constraint u unique (a); alter table p add constraint u check (a < 5); alter table c1 drop constraint u;
alter table c1 add constraint fk foreign key (a) references nope; create table r (a int primary key); alter table c1 add constraint fk foreign key (a) references r; alter table p add constraint fk check (a < 5);
insert into c1 values (1); insert into r values (1); insert into c1 values (1); alter table p add constraint big check (a > 1); alter table p add constraint big check (a > 1) no inherit; alter table c1 add constraint big check (a < 100); select * from cons;
alter table p add foreign key (a) references r; alter table p add unique (a); select * from cons; select indexrelid::regclass from pg_index where indrelid in ('p'::regclass, 'c1'::regclass) order by 1;
-- defaults of added columns are of the parent's type, volatile ones for every row
create sequence sq; alter table p add column n int default nextval('sq'); select * from only c1; insert into c1 (a) values (1); select * from only c1 order by n;
alter table p add column arr int[] default '{1,2}', add column ts timestamptz default '2020-01-01 00:00+00', add column dom varchar(3) collate "C" default 'abc'; select arr, dom from only c1; 
alter table c1 alter column dom type varchar(5); alter table p alter column dom type varchar(2); alter table p alter column dom type varchar(4); select distinct t, ty from cols where attname = 'dom';
create domain posi as int check (value > 0); alter table p add column dm posi; alter table p add column dm2 posi not null; alter table p add column dm2 posi not null default 1; alter table p add column dm3 posi default -1;
-- several subcommands
alter table p add column m1 int, alter column m1 set default 3, add constraint m1c check (m1 > 0), alter column m1 set not null; select * from cols where attname = 'm1';
truncate p; alter table p add column m1 int, alter column m1 set default 3, add constraint m1c check (m1 > 0), alter column m1 set not null; select * from cols where attname = 'm1'; select * from cons where conname = 'm1c';
alter table p drop column m1, add column m1 text; select * from cols where attname = 'm1';
alter table only p drop column m1, add column m2 int; alter table p drop column m1; select * from cols where attname = 'm1';
-- views, functions, indexes over the columns of children
create view vc as select a, arr from c1; alter table p drop column arr; alter table p drop column arr cascade; create index ci on c1 (n); alter table p alter column n type bigint; alter table p rename column n to nn; select pg_get_indexdef('ci'::regclass);
create view vp as select a from p; alter table p alter column a type bigint; alter table p rename a to aaa; select pg_get_viewdef('vp');
-- comments, schema, owner stay with each table
comment on column p.aaa is 'c'; select col_description('p'::regclass, 1), col_description('c1'::regclass, 1); create schema s; alter table p set schema s; select 'c1'::regclass, 's.p'::regclass; create table s.c2 (like s.p including all) inherits (s.p); select * from cols where t = 's.c2'; alter table s.p rename to pp; drop schema s cascade; select * from cols;
-- LIKE, names, refusals
create table l1 (a int, b int check (b > 0)); create table l2 (like l1 including constraints) inherits (l1); create table l2 (x int, like l1) inherits (l1); select * from cons; select * from cols where t = 'l2';
create table bad (a int) inherits (l1, l1); create table bad (tableoid int) inherits (l1); create table bad () inherits (vp); create table bad () inherits (information_schema.tables); create index ix on l1 (a); create table bad () inherits (ix); create table bad () inherits (sq);
create table if not exists l2 () inherits (l1); create unlogged table ul () inherits (l1); create temp table tl () inherits (l1); alter table l1 add column q int default 2; insert into tl values (1, 1); select * from tl; select relpersistence from pg_class where relname in ('ul', 'tl') order by 1;
create table l3 (primary key (a)) inherits (l1); create table l4 (unique (zz)) inherits (l1); create table l4 (check (zz > 0)) inherits (l1); create table l4 (foreign key (a) references r) inherits (l1); select * from cons where t in ('l3', 'l4');
create table l5 (a int default 9, b serial, c int generated always as (a + b) stored) inherits (l1); insert into l5 default values; select * from l5;
create table l6 as select * from l5; create table l7 () inherits (l6) with (fillfactor = 70); select reloptions from pg_class where relname = 'l7';
create function rl(l1) returns int language sql as 'select $1.a'; alter table l1 add column w int default 1; create table wr (x l1); alter table l1 add column w2 int default 1; alter table l1 add column w3 int; drop table wr; create table wr (x l5); alter table l1 alter column a type bigint; drop table wr; alter table l1 alter column a type bigint;
drop table l1 cascade;
