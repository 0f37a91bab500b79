-- Asks a real PostgreSQL 17 for the answers of datetime.tsv anew: psql -f record-datetime.sql, in this folder.
-- The first three columns are the questions: an expression over type names, and the operands that stand in their place.
\set ON_ERROR_STOP on
set timezone = 'America/New_York';
create temp table math (n int generated always as identity, expression text, a text, b text, state text, output text);
\copy math (expression, a, b, state, output) from 'datetime.tsv' with (header)
do $$
declare r record; v_state text; v_out text; types text[]; expr text;
begin
  for r in select * from math order by n loop
    begin
      v_state := '00000';
      types := array(select (regexp_matches(r.expression, 'timestamptz|timestamp|interval|float8|date|int4', 'g'))[1]);
      expr := regexp_replace(r.expression, '(.*?)\m' || types[1] || '\M', '\1' || quote_literal(r.a) || '::#1');
      if types[2] is not null then
        expr := regexp_replace(expr, '(.*)\m' || types[2] || '\M', '\1' || quote_literal(r.b) || '::#2');
      end if;
      expr := replace(replace(expr, '#1', types[1]), '#2', coalesce(types[2], ''));
      execute 'select (' || expr || ')::text' into v_out;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_out = message_text;
    end;
    update math set state = v_state, output = v_out where n = r.n;
  end loop;
end $$;
\copy (select expression, a, b, state, output from math order by n) to 'datetime.tsv' with (header)
