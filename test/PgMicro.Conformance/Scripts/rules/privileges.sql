-- privileges
create role rule_a; create role rule_b; create role rule_c;
grant all on schema public to rule_a, rule_b, rule_c;
set role rule_a;
create table pt(a int, b text); create table plog(who text, a int);
create rule pr as on insert to pt do also insert into plog values (current_user, new.a);
grant insert on pt to rule_b;
set role rule_b;
insert into pt values (1,'x');
insert into plog values ('me', 1);
select * from plog;
update pt set a = 2;
reset role; select * from plog; 
set role rule_c; insert into pt values (2,'y');
create rule z as on insert to pt do nothing;
alter rule pr on pt rename to q; drop rule pr on pt; alter table pt disable rule pr; comment on rule pr on pt is 'x';
reset role;
-- owner lacks a right
create table other(a int);
set role rule_a; create rule o as on insert to pt do also insert into other values (new.a); 
insert into pt values (3,'z');
set role rule_b; insert into pt values (4,'z'); reset role;
grant insert on other to rule_a;
set role rule_b; insert into pt values (4,'z'); reset role; select * from other;
alter table pt owner to postgres; revoke insert on pt from rule_a; 
set role rule_b; insert into pt values (5,'z'); reset role; select * from other;
-- column privileges
grant select (a), update (b) on pt to rule_c;
create rule pu as on update to pt do also insert into plog values ('u:' || coalesce(old.b,''), new.a);
set role rule_c; update pt set b = 'c' where a = 1; update pt set a = 2 where a = 1; update pt set b='d' where b='c'; reset role; select * from plog;
-- row security
create table secret(a int, owner text); alter table secret enable row level security; alter table secret owner to rule_a;
create policy p on secret using (owner = current_user);
create table front(a int); alter table front owner to rule_a; grant all on front to rule_b; grant select, insert on secret to rule_b;
set role rule_a; create rule f as on insert to front do also insert into secret values (new.a, 'rule_a'); reset role;
set role rule_b; insert into front values (1); select * from secret; reset role;
create rule f2 as on insert to secret do also insert into plog select 'sec', s.a from secret s where s.a = new.a;
grant all on plog to postgres;
set role rule_b; insert into secret values (9,'rule_b'); select * from secret; insert into secret values(10,'rule_a'); reset role;
select * from plog; select * from secret;
-- security invoker view
create view iv with (security_invoker=true) as select * from pt; grant all on iv to rule_b; 
create rule ivr as on delete to iv do instead insert into other values (old.a);
set role rule_b; delete from iv; reset role;
drop owned by rule_a, rule_b, rule_c cascade;
drop role rule_a, rule_b, rule_c;
