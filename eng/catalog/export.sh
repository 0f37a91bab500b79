#!/usr/bin/env bash
# Exports the built-in rows of a fresh PostgreSQL 17 cluster into src/PgMicro.Core/Catalog/Data, one <relation>.tsv each.
#   eng/catalog/export.sh [PORT]      asks template1 of the server that eng/oracle/up.sh starts (port 5417)
# Format: COPY TEXT (tab separated, \N is null, backslash escapes) with a header line, ordered by the relation's key.
# Every column of the relation in attnum order, with these rules: regproc as the function's OID,
# pg_node_tree as null, arrays and vectors as PostgreSQL prints them.
set -euo pipefail
port=${1:-5417}
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../src/PgMicro.Core/Catalog/Data
command -v psql >/dev/null || { echo "export.sh: psql is needed" >&2; exit 1; }
export PGOPTIONS='-c search_path=pg_catalog -c TimeZone=UTC -c extra_float_digits=1 -c DateStyle=ISO -c IntervalStyle=postgres'
psql=(psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres -d template1)

case $("${psql[@]}" -Atc 'show server_version_num') in 17*) ;; *) echo "export.sh: PostgreSQL 17 is needed" >&2; exit 1 ;; esac
mkdir -p "$out"

copy() { # FILE QUERY
    echo "COPY ($2) TO STDOUT WITH (FORMAT text, HEADER true);" | "${psql[@]}" > "$out/$1.tsv"
}

table() { # RELATION CONDITION [MORE COLUMNS]
    local columns keys
    columns=$("${psql[@]}" -Atc "
        SELECT string_agg(CASE WHEN atttypid = 'pg_node_tree'::regtype THEN format('NULL::text AS %I', attname)
                               WHEN atttypid = 'regproc'::regtype THEN format('%I::oid AS %I', attname, attname)
                               WHEN attname IN ('datfrozenxid', 'datminmxid', 'relfrozenxid', 'relminmxid') THEN format('0 AS %I', attname)
                               ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = 'pg_catalog.$1'::regclass AND attnum > 0 AND NOT attisdropped")
    keys=$("${psql[@]}" -Atc "
        SELECT string_agg(format('%I.%I', '$1', attname), ', ' ORDER BY k.n)
        FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, n), pg_attribute a
        WHERE i.indrelid = 'pg_catalog.$1'::regclass AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum")
    copy "$1" "SELECT $columns${3:+, $3} FROM pg_catalog.$1 WHERE $2 ORDER BY $keys"
}

for relation in pg_type pg_operator pg_cast pg_am pg_opclass pg_opfamily pg_amop pg_amproc pg_language pg_namespace pg_class \
                pg_constraint pg_conversion pg_ts_config pg_ts_dict pg_ts_parser pg_ts_template pg_authid pg_tablespace \
                pg_database pg_extension pg_auth_members; do
    table $relation 'oid < 16384'
done
table pg_proc 'oid < 16384' 'pg_get_expr(proargdefaults, 0) AS proargdefaults_sql, pg_get_function_sqlbody(oid) AS prosqlbody_sql'
table pg_collation "oid < 16384 AND (collprovider <> 'c' OR collname IN ('C', 'POSIX', 'C.utf8'))"
table pg_aggregate 'aggfnoid::oid < 16384'
table pg_attribute 'attrelid < 16384'
table pg_index 'indexrelid < 16384'
table pg_range 'rngtypid < 16384'
table pg_ts_config_map 'mapcfg < 16384'
table pg_description 'objoid < 16384'
table pg_shdescription 'objoid < 16384'
table pg_init_privs 'objoid < 16384'

# A default installation's settings: what up.sh changes goes back to its boot value, machine paths are left out.
copy pg_settings "
    SELECT name,
           CASE WHEN name IN ('config_file', 'data_directory', 'hba_file', 'ident_file', 'external_pid_file') THEN ''
                WHEN name IN ('autovacuum', 'fsync', 'full_page_writes', 'jit', 'listen_addresses', 'log_min_messages', 'max_connections',
                              'port', 'synchronous_commit', 'unix_socket_directories', 'wal_level', 'application_name') THEN boot_val
                ELSE setting END AS setting,
           unit, category, short_desc, extra_desc, context, vartype,
           CASE WHEN name IN ('TimeZone', 'DateStyle', 'default_text_search_config', 'lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time')
                THEN 'configuration file' ELSE 'default' END AS source,
           min_val, max_val, enumvals, boot_val,
           CASE WHEN name IN ('TimeZone', 'log_timezone', 'DateStyle', 'default_text_search_config', 'lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time')
                THEN reset_val ELSE boot_val END AS reset_val,
           pg_settings_get_flags(name) AS flags
    FROM pg_settings ORDER BY name COLLATE \"C\""
copy pg_timezone_abbrevs 'SELECT abbrev, utc_offset, is_dst FROM pg_timezone_abbrevs ORDER BY abbrev COLLATE "C"'
copy pg_available_extensions '
    SELECT e.name, e.default_version, v.superuser, v.trusted, v.relocatable, v.schema, v.requires, e.comment
    FROM pg_available_extensions e JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
    ORDER BY e.name COLLATE "C"'
copy views "
    SELECT c.oid, n.nspname, c.relname,
           (SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0) AS columns,
           pg_get_viewdef(c.oid) AS definition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND c.oid < 16384 ORDER BY c.oid"
for relation in sql_features sql_implementation_info sql_parts sql_sizing; do
    copy "information_schema.$relation" "SELECT * FROM information_schema.$relation ORDER BY 1, 2"
done
copy keywords 'SELECT word, catcode, barelabel, catdesc, baredesc FROM pg_get_keywords() ORDER BY word COLLATE "C"'
copy wait_events 'SELECT type, name, description FROM pg_get_wait_events()'
copy foreign_keys 'SELECT fktable, fkcols, pktable, pkcols, is_array, is_opt FROM pg_get_catalog_foreign_keys()'
du -ch "$out"/*.tsv | tail -1
