with cte(c) as materialized (select row(1, 2)), cte2(c) as (select * from cte) select * from cte2 as t where (select * from (select c as c1) s where (select (c1).f1 > 0)) is not null;
create view v as with cte as materialized (select r from (values(1,2),(3,4)) r) select (r).column2 as col_a, (rr).column2 as col_b from cte join (select rr from (values(1,7),(3,8)) rr limit 2) ss on (r).column1 = (rr).column1;
select * from v;
select pg_get_viewdef('v');
with cte as materialized (select pg_get_keywords() k) select (k).word from cte order by 1 limit 1;
select (a.x).f2 from (select row(1,2) x) a join (select 1) b on true;
select (r).nope from (select row(1) r) s;
select * from n, lateral (values(n.*)) v;
