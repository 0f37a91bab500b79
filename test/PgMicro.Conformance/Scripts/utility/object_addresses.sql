set client_min_messages = error;
create schema s;
create table t (a int primary key, b text default 'x', c int check (c > 0));
create table s.x (a int primary key);
create publication p1 for table t, s.x;
create publication p3 for tables in schema s;
create foreign data wrapper fw;
create server s1 foreign data wrapper fw;
create user mapping for public server s1;
create user mapping for current_user server s1;
create foreign table ft (a int) server s1;
alter default privileges grant select on tables to public;
alter default privileges in schema s grant execute on functions to public;
create domain d as int constraint d_c check (value > 0);
create function f(int, text) returns int language sql as 'select 1';
create procedure pr(int) language sql as '';
create operator === (leftarg = int, rightarg = int, procedure = int4eq);
create access method am1 type table handler heap_tableam_handler;
create conversion cv for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
create text search configuration tsc (copy = english);
create collation coll (locale = 'C');
create policy pol on t;
create statistics st on a, c from t;
create function ef() returns event_trigger language plpgsql as 'begin end';
create event trigger et on ddl_command_start execute function ef();
alter event trigger et disable;
select pg_get_object_address('role membership', '{a}', '{}');
select pg_get_object_address('nothing', '{a}', '{}');
select pg_get_object_address('user mapping', '{a,b}', '{}');
select pg_get_object_address('user mapping', '{a}', '{}');
select pg_get_object_address('user mapping', '{a}', '{x}');
select pg_get_object_address('user mapping', '{a}', '{s1}');
select pg_get_object_address('user mapping', '{public}', '{x}');
select pg_get_object_address('default acl', '{a}', '{}');
select pg_get_object_address('default acl', '{a}', '{r}');
select pg_get_object_address('default acl', '{postgres,s}', '{r}');
select pg_get_object_address('default acl', '{postgres,nosuch}', '{r}');
select pg_get_object_address('default acl', '{postgres}', '{z}');
select pg_get_object_address('publication namespace', '{s}', '{}');
select pg_get_object_address('publication namespace', '{s}', '{p1}');
select pg_get_object_address('publication namespace', '{s}', '{nosuch}');
select pg_get_object_address('publication namespace', '{nosuch}', '{p1}');
select pg_get_object_address('publication relation', '{t}', '{p3}');
select pg_get_object_address('publication relation', '{nosuch}', '{p1}');
select pg_get_object_address('publication relation', '{t}', '{nosuch}');
select pg_get_object_address('publication relation', '{t}', '{}');
select pg_get_object_address('operator of access method', '{btree,integer_ops,99}', '{int4,bool}');
select pg_get_object_address('operator of access method', '{btree,integer_ops}', '{int4,bool}');
select pg_get_object_address('operator of access method', '{btree,nosuch,1}', '{int4,bool}');
select pg_get_object_address('operator of access method', '{btree,integer_ops,1}', '{int4}');
select pg_get_object_address('function of access method', '{btree,integer_ops,99}', '{int4,bool}');
select pg_get_object_address('function of access method', '{btree,integer_ops,1}', '{int4,nosuch}');
select pg_get_object_address('operator of access method', '{btree,integer_ops,x}', '{int4,bool}');
with a(type, names, args) as (values
  ('table', '{t}'::text[], '{}'::text[]), ('table', '{s,x}', '{}'), ('table column', '{t,b}', '{}'), ('foreign table', '{ft}', '{}'), ('foreign table column', '{ft,a}', '{}'),
  ('default value', '{t,b}', '{}'), ('table constraint', '{t,t_pkey}', '{}'), ('table constraint', '{t,t_c_check}', '{}'), ('domain constraint', '{d}', '{d_c}'),
  ('index', '{t_pkey}', '{}'), ('function', '{f}', '{int4,text}'), ('procedure', '{pr}', '{int4}'), ('aggregate', '{pg_catalog,sum}', '{int4}'), ('type', '{d}', '{}'), ('type', '{int4}', '{}'),
  ('type', '{"text[]"}', '{}'), ('cast', '{int4}', '{int8}'), ('collation', '{coll}', '{}'), ('conversion', '{cv}', '{}'), ('language', '{plpgsql}', '{}'), ('operator', '{===}', '{int4,int4}'),
  ('operator class', '{btree,int4_ops}', '{}'), ('operator family', '{btree,integer_ops}', '{}'), ('access method', '{am1}', '{}'), ('operator of access method', '{btree,integer_ops,1}', '{int4,int4}'),
  ('function of access method', '{btree,integer_ops,1}', '{int4,int4}'), ('policy', '{t,pol}', '{}'), ('schema', '{s}', '{}'), ('text search parser', '{default}', '{}'), ('text search dictionary', '{simple}', '{}'),
  ('text search template', '{simple}', '{}'), ('text search configuration', '{tsc}', '{}'), ('role', '{postgres}', '{}'), ('tablespace', '{pg_default}', '{}'), ('foreign-data wrapper', '{fw}', '{}'),
  ('server', '{s1}', '{}'), ('user mapping', '{public}', '{s1}'), ('user mapping', '{postgres}', '{s1}'), ('extension', '{plpgsql}', '{}'), ('event trigger', '{et}', '{}'), ('publication', '{p1}', '{}'),
  ('publication relation', '{s,x}', '{p1}'), ('publication namespace', '{s}', '{p3}'), ('default acl', '{postgres}', '{r}'), ('default acl', '{postgres,s}', '{f}'), ('statistics object', '{st}', '{}'))
select a.type, o.type, schema, name, identity, object_names, object_args, (addr.classid, addr.objid, addr.objsubid) = (back.classid, back.objid, back.objsubid) as same, pg_describe_object(addr.classid, addr.objid, addr.objsubid)
from a, pg_get_object_address(type, names, args) addr, pg_identify_object(addr.classid, addr.objid, addr.objsubid) o, pg_identify_object_as_address(addr.classid, addr.objid, addr.objsubid) i(t2, object_names, object_args), pg_get_object_address(t2, object_names, object_args) back
order by 1, identity;
select * from pg_identify_object('pg_class'::regclass, 0, 0);
select * from pg_identify_object_as_address('pg_proc'::regclass, 0, 0);
select * from pg_identify_object(1, 2, 3);
select type, count(*) from pg_get_wait_events() group by 1 order by 1;
select * from pg_get_wait_events() where name = 'ClientRead';
select * from pg_get_catalog_foreign_keys() where fktable in ('pg_publication'::regclass, 'pg_depend'::regclass, 'pg_index'::regclass) order by fktable::text, fkcols;
select pg_describe_object('pg_default_acl'::regclass, oid, 0) from pg_default_acl order by 1;
drop event trigger et;
drop publication p1, p3;
drop foreign data wrapper fw cascade;
