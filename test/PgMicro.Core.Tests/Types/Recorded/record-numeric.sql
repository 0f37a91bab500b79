-- Asks a real PostgreSQL 17 for the answers of numeric.tsv anew: psql -f record-numeric.sql, in this folder.
-- The first three columns are the questions: an expression with %s for its operands, and the operands.
\set ON_ERROR_STOP on
create temp table math (n int generated always as identity, expression text, a text, b text, state text, output text);
\copy math (expression, a, b, state, output) from 'numeric.tsv' with (header)
do $$
declare r record; v_state text; v_out text; args text[];
begin
  for r in select * from math order by n loop
    begin
      v_state := '00000';
      args := array[quote_literal(r.a) || '::numeric', case when r.expression like '%::int%' then quote_literal(r.b) else quote_literal(r.b) || '::numeric' end];
      execute 'select (' || format(r.expression, variadic args) || ')::text' into v_out;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_out = message_text;
    end;
    update math set state = v_state, output = v_out where n = r.n;
  end loop;
end $$;
\copy (select expression, a, b, state, output from math order by n) to 'numeric.tsv' with (header)
