select * from json_table('[{"a":1,"b":[{"c":1},{"c":2}],"d":{"x":1}},{"a":"x"}]','$[*]' columns(id for ordinality, a int path '$.a', j jsonb path '$.b', k json path '$.d', ar int[] path '$.b[*].c' , e jsonb, t text path '$.a' with wrapper, q text path '$.a' omit quotes)) t;
create type ct as (x int);
select * from json_table('{"d":{"x":7}}','$' columns(c ct path '$.d', dj jsonb exists path '$.d')) t;
select * from json_table('{"d":{"x":7}}','$' columns(c ct path '$.d', dj int exists path '$.d')) t;
create domain jd as jsonb;
select * from json_table('{"d":{"x":7}}','$' columns(d jd)) t;
select * from json_table('[1]','$' columns(a int path '$' with wrapper)) t;
select * from json_table('[[1,2]]','$[*]' columns(a int[] path '$')) t;
select * from json_table('["a"]','$[*]' columns(a text path '$' keep quotes)) t;
