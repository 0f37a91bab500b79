\pset pager off
create database psql_one; create database psql_two;
create role psql_ra login password 'x'; create role psql_rg; grant psql_rg to psql_ra with admin option;
comment on role psql_nobody is 'x'; comment on database psql_nothing is 'x';
set role psql_ra; comment on role psql_rg is 'x'; comment on role postgres is 'x'; comment on database psql_one is 'x'; comment on tablespace pg_default is 'x'; reset role;
create role psql_rg;
alter role psql_ra in database psql_nothing set work_mem = '1MB';
alter role psql_ra set work_mem = '8MB'; alter role psql_ra in database psql_two set work_mem='9MB';
comment on role psql_ra is 'the a';
\du+ psql_r*
\drds psql_r*
\c psql_one
\du psql_r*
\drds psql_ra psql_two
select rolname, rolcanlogin, rolpassword is not null p from pg_authid where rolname like 'psql\_r%' order by 1;
select r.rolname, m.rolname, admin_option from pg_auth_members a join pg_roles r on r.oid=roleid join pg_roles m on m.oid=member where r.rolname='psql_rg';
select shobj_description((select oid from pg_roles where rolname='psql_ra'),'pg_authid');
create table t1(a int); alter table t1 owner to psql_ra; create table t2(a int); grant select on t2 to psql_ra;
alter default privileges for role psql_ra in schema public grant select on tables to psql_rg;
\ddp
\c psql_two
create table t3(a int); grant insert on t3 to psql_ra, psql_rg;
begin; create role psql_rc; savepoint s; create role psql_rd; rollback to s; commit;
\c psql_two psql_ra
select current_user; show work_mem;
\c psql_one psql_ra
show work_mem; select * from t1; select * from t2;
\c postgres postgres
select rolname from pg_roles where rolname like 'psql\_r%' order by 1;
drop role psql_ra;
alter role psql_ra rename to psql_rb;
\c psql_one
\dp t2
select relacl from pg_class where relname='t2'; select pg_get_userbyid(relowner) from pg_class where relname='t1';
\c psql_two
select relacl from pg_class where relname='t3';
create role psql_rc;
drop table t3;
\c psql_one
drop owned by psql_rb;
\ddp
\c postgres
drop role psql_rb, psql_rg, psql_rc;
select count(*) from pg_roles where rolname like 'psql\_r%'; select count(*) from pg_db_role_setting;
create role psql_ra; alter role psql_ra in database psql_two set work_mem='9MB'; comment on database psql_two is 'two';
drop database psql_two;
select count(*) from pg_db_role_setting; 
drop database psql_one; drop role psql_ra;
