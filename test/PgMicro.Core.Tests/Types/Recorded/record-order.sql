-- Asks a real PostgreSQL 17 for the answers of order.tsv anew: psql -f record-order.sql, in this folder.
-- The first two columns are the questions; the rank of equal values is equal.
\set ON_ERROR_STOP on
create temp table ord (n int generated always as identity, type text, input text, rank text);
\copy ord (type, input, rank) from 'order.tsv' with (header)
do $$
declare t text;
begin
  for t in select distinct type from ord loop
    execute format('update ord set rank = r.rank from (select n, dense_rank() over (order by input::%s) as rank from ord where type = %L) r where r.n = ord.n', t, t);
  end loop;
end $$;
\copy (select type, input, rank from ord order by n) to 'order.tsv' with (header)
