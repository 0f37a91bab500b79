-- Asks a real PostgreSQL 17 for the answers of io.tsv anew: psql -f record.sql, in this folder, in a scratch database.
-- The first three columns are the questions: type (with modifiers), settings, input.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create temp table io (n int generated always as identity, type text, settings text, input text, state text, output text, binary_form text, detail text, hint text, context text);
\copy io (type, settings, input, state, output, binary_form, detail, hint, context) from 'io.tsv' with (header)
do $$
declare
  r record; s text; sender regproc; v_state text; v_out text; v_bin text; v_detail text; v_hint text; v_context text;
begin
  for r in select * from io order by n loop
    begin
      foreach s in array string_to_array(coalesce(r.settings, ''), ';') loop
        if s <> '' then perform set_config(split_part(s, '=', 1), split_part(s, '=', 2), true); end if;
      end loop;
      v_state := '00000'; v_detail := ''; v_hint := ''; v_context := ''; v_bin := '';
      -- format() calls the output function, which a cast to text does not always
      execute format('select format(''%%s'', %L::%s)', r.input, r.type) into v_out;
      execute format('select t.typsend from pg_type t where t.oid = pg_typeof(null::%s)', r.type) into sender;
      execute format('select encode(%s(%L::%s), ''hex'')', sender, r.input, r.type) into v_bin;
      raise exception using errcode = 'ZZZZZ';
    exception when sqlstate 'ZZZZZ' then null;
      when others then
      get stacked diagnostics v_state = returned_sqlstate, v_out = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint, v_context = pg_exception_context;
      v_bin := '';
      v_context := case when v_context like 'JSON data%' then split_part(v_context, E'\nSQL statement', 1) else '' end;
      v_context := split_part(v_context, E'\nPL/pgSQL function', 1);
    end;
    update io set state = v_state, output = v_out, binary_form = v_bin, detail = v_detail, hint = v_hint, context = v_context where n = r.n;
  end loop;
end $$;
\copy (select type, settings, input, state, output, binary_form, detail, hint, context from io order by n) to 'io.tsv' with (header)
