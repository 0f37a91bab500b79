-- Set-returning functions and windows above grouping.
create table e(d date, n int, t timestamp, x numeric, i interval, ti time);
insert into e values ('2020-01-01',1,'2020-01-01 10:00',1.5,'1 day','10:00'),('2020-01-10',2,'2020-01-10 10:00',2.5,'2 days','11:00'),('2020-02-01',3,'2020-02-01',3.5,'1 mon','12:00'),('2020-02-28',4,null,null,null,null),(null,5,'infinity','NaN','infinity','23:00');
select n % 2 g, sum(n), sum(sum(n)) over (order by n % 2), rank() over (order by count(*)) from e group by rollup(n % 2) order by 1;
select n, generate_series(1,2) from e where n < 3;
select n % 2, generate_series(1, count(*)::int), count(*) from e group by 1 order by 1,2;
select generate_series(1, generate_series(1,3)), generate_series(2,4);
select unnest(array[1,1,2]) u, count(*) from e group by u order by 1;
select generate_series(1,2), row_number() over (order by n) from e where n < 3;
select generate_series(1,3) x, generate_series(1,2) y, n from e where n=1;
select count(*) from (select generate_series(1,3)) s;
select distinct generate_series(1,3) % 2 from e order by 1;
select distinct on (generate_series(1,2)) n, generate_series(1,2) from e order by generate_series(1,2), n;
select generate_series(1,3) limit 2 offset 1;
select sum(n) from e group by grouping sets ((n),(n % 2),()) having sum(n) > 2 order by 1;
select grouping(n), n, count(*) from e group by cube(n, d) order by 1,2,3 limit 4;
select n, unnest(array[1,2]) + row_number() over () from e where n<3;
