-- EXPLAIN (GENERIC_PLAN): parameters without values.
create table b(id int primary key, v text);
explain (generic_plan, costs off) select $1 + 1, $2;
explain (generic_plan, costs off) insert into b values ($1, $2);
explain (generic_plan, costs off) select * from b where id = $1;
explain (generic_plan, format json, costs off) select * from b where id = $1;
explain (generic_plan, costs off) select * from b limit $1;
explain (generic_plan, costs off) select $1 = $1;
explain (generic_plan, nosuch) select 1;
explain (generic_plan 'bad') select 1;
explain (generic_plan, generic_plan) select $1::int;
explain (generic_plan, analyze) select $1::int;
explain (generic_plan off) select $1::int;
