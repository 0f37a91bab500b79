-- RANGE frames over dates, numerics, intervals and times; invalid offsets.
create table e(d date, n int, t timestamp, x numeric, i interval, ti time);
insert into e values ('2020-01-01',1,'2020-01-01 10:00',1.5,'1 day','10:00'),('2020-01-10',2,'2020-01-10 10:00',2.5,'2 days','11:00'),('2020-02-01',3,'2020-02-01',3.5,'1 mon','12:00'),('2020-02-28',4,null,null,null,null),(null,5,'infinity','NaN','infinity','23:00');
select d, n, sum(n) over (order by d range between '10 days' preceding and '1 mon' following) from e;
select d, n, first_value(n) over w, last_value(n) over w, nth_value(n,2) over w, array_agg(n) over w, row_number() over w from e window w as (order by d desc range between '1 mon' preceding and current row) order by d desc;
select t, sum(n) over (order by t range between '1 day' preceding and '20 days' following exclude current row) from e;
select x, count(*) over (order by x range between 1 preceding and 1.0 following), sum(n) over (order by x nulls first range between unbounded preceding and 0.5 following) from e;
select ti, count(*) over (order by ti range between '1 hour' preceding and '30 min' following) from e;
select i, count(*) over (order by i range between '1 day' preceding and '1 day' following) from e;
select n, sum(n) over (partition by n % 2 order by d range between '1 mon' preceding and '1 mon' following exclude ties) s from e order by s;
select sum(n) over (order by d range between '-1 day' preceding and current row) from e;
select sum(n) over (order by d range between null preceding and current row) from e;
select sum(n) over (order by n range between -1 preceding and current row) from e;
select n, sum(n) over (order by n range between 9223372036854775806 preceding and 9223372036854775806 following) from e;
