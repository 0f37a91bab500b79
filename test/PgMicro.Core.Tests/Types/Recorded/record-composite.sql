-- Asks a real PostgreSQL 17 for the answers of composite.tsv anew: psql -f record-composite.sql, in this folder.
\set ON_ERROR_STOP on
set client_min_messages = warning;
drop type if exists pair, mood;
create type pair as (a int4, b text);
create type mood as enum ('sad', 'ok', 'happy');
alter type mood add value 'new' before 'ok';
create temp table io (n int generated always as identity, type text, input text, state text, output text, binary_form text, detail text);
\copy io (type, input, state, output, binary_form, detail) from 'composite.tsv' with (header)
do $$
declare r record; sender regproc; v_state text; v_out text; v_bin text; v_detail text;
begin
  for r in select * from io order by n loop
    begin
      v_state := '00000'; v_detail := ''; v_bin := '';
      execute format('select format(''%%s'', %L::%s)', r.input, r.type) into v_out;
      -- array and composite forms carry OIDs that differ from run to run
      if r.type = 'mood' then execute format('select encode(enum_send(%L::mood), ''hex'')', r.input) into v_bin; end if;
      if r.type = 'pair' then execute format('select encode(record_send(%L::pair), ''hex'')', r.input) into v_bin; end if;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_out = message_text, v_detail = pg_exception_detail;
    end;
    update io set state = v_state, output = v_out, binary_form = v_bin, detail = v_detail where n = r.n;
  end loop;
end $$;
\copy (select type, input, state, output, binary_form, detail from io order by n) to 'composite.tsv' with (header)
