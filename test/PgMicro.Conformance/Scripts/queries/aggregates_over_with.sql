-- Aggregates whose arguments read WITH queries, of the same and of other levels.
with a as (select id from (values (1), (2)) as v(id)), b as (select max((select sum(id) from a)) as agg) select agg from b;
select f1, (with cte1(x,y) as (select 1,2) select count((select i4.f1 from cte1))) as ss from (values (0), (1)) i4(f1);
select (with a as (select 1 id) select max((select f1 from a))) from (values(0)) i4(f1);
select (with a as (select 1 id) select max((select f1 + id from a)) from (values (1)) x(y)) from (values (0)) i4(f1);
with a as (select 1 id) select (select max((select f1 from a))) from (values (0), (5)) i4(f1);
with a as (select 1 id) select max((select sum(id) from a)), count((select 1 from a, a b));
with a as (select 1 id) select (select sum(id + f1) from a) from (values (0), (5)) i4(f1);
with a as (select 1 id) select (with b as (select 2 n) select sum((select n from b) + f1 + id) from a) from (values (0), (5)) i4(f1);
with a as (select 1 id) select (with b as (select 2 n) select sum((select n from b) + f1) from a) from (values (0), (5)) i4(f1);
with a as (select 1 id) select grouping((select id from a)) from (values (0), (5)) i4(f1);
