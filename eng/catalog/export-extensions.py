#!/usr/bin/env python3
"""Exports the rows that extensions of a PostgreSQL 17 put into its catalogs, into src/PgMicro.Core/Catalog/Data/extension.<relation>.tsv.

    eng/catalog/export-extensions.py [PORT]     makes and drops a database on the server that eng/oracle/up.sh starts (port 5417)

Format as of export.sh, with the extension's name in front. The engine gives the objects fixed OIDs, so that functions and types are found by OID
in every database: they are numbered here from FIRST on, in the order in which PostgreSQL numbered them.
"""
import os
import subprocess
import sys

EXTENSIONS = ["uuid-ossp", "citext", "pg_trgm", "fuzzystrmatch", "unaccent", "hstore", "ltree", "cube", "btree_gin", "btree_gist", "pgcrypto"]
FIRST = 2_000_000_000
DATABASE = "pgmicro_export_extensions"
PORT = sys.argv[1] if len(sys.argv) > 1 else "5417"
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/PgMicro.Core/Catalog/Data")
RELATIONS = ["pg_type", "pg_proc", "pg_operator", "pg_cast", "pg_aggregate", "pg_opfamily", "pg_opclass", "pg_amop", "pg_amproc", "pg_ts_template", "pg_ts_dict"]


def psql(database, sql):
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", PORT, "-U", "postgres", "-d", database]
    return subprocess.run(command, input=sql, text=True, check=True, capture_output=True).stdout


def columns(relation):
    return [tuple(line.split("|")) for line in psql(DATABASE, f"""
        SELECT attname, atttypid::regtype FROM pg_attribute
        WHERE attrelid = 'pg_catalog.{relation}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""").splitlines()]


def read(relation, rows, own=None):
    """The relation's rows beside the name of their extension; rows is a FROM list with t and e."""
    listed = own or columns(relation)
    select = ", ".join(
        f"NULL::text AS {name}" if kind in ("aclitem[]", "pg_node_tree") else f"t.{name}::oid AS {name}" if kind == "regproc" else f"t.{name}"
        for name, kind in listed)
    text = psql(DATABASE, f"COPY (SELECT e.extname, {select} FROM {rows}) TO STDOUT")
    return [("extname", "name"), *listed], [line.split("\t") for line in text.splitlines()]


def member(relation):
    return f"""pg_catalog.{relation} t JOIN pg_depend d ON d.classid = 'pg_catalog.{relation}'::regclass AND d.objid = t.oid AND d.deptype = 'e'
        JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = ANY ('{{{",".join(EXTENSIONS)}}}') ORDER BY t.oid"""


def through(relation, column, owner):
    return f"""pg_catalog.{relation} t JOIN pg_depend d ON d.classid = 'pg_catalog.{owner}'::regclass AND d.objid = t.{column} AND d.deptype = 'e'
        JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = ANY ('{{{",".join(EXTENSIONS)}}}') ORDER BY 1, 2"""


def main():
    psql("template1", f"DROP DATABASE IF EXISTS {DATABASE}")
    psql("template1", f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    try:
        for extension in EXTENSIONS:
            psql(DATABASE, f'CREATE EXTENSION "{extension}"')
        tables = {}
        for relation in RELATIONS:
            if relation == "pg_type":
                # An array type depends on its element type only.
                source = f"""pg_catalog.pg_type t JOIN pg_depend d ON d.classid = 'pg_catalog.pg_type'::regclass AND d.deptype = 'e'
                    AND d.objid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
                    JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = ANY ('{{{",".join(EXTENSIONS)}}}') ORDER BY t.oid"""
            elif relation == "pg_aggregate":
                source = through(relation, "aggfnoid", "pg_proc")
            elif relation in ("pg_amop", "pg_amproc"):
                source = through(relation, relation[3:] + "family", "pg_opfamily")
            else:
                source = member(relation)
            tables[relation] = read(relation, source)
        objects = " UNION ALL ".join(
            f"SELECT '{relation}'::regclass::oid, {row[tables[relation][0].index(('oid', 'oid'))]}::oid, '{row[0]}'"
            for relation in RELATIONS if relation != "pg_aggregate" for row in tables[relation][1])
        tables["pg_depend"] = read("pg_depend", f"pg_catalog.pg_depend t JOIN ({objects}) e(classid, objid, extname) "
                                   "ON e.classid = t.classid AND e.objid = t.objid WHERE t.refclassid <> 'pg_namespace'::regclass ORDER BY t.classid, t.objid, t.refclassid, t.refobjid")
        made = sorted({int(row[header.index(("oid", "oid"))]) for header, rows in tables.values() if ("oid", "oid") in header for row in rows})
        number = {str(oid): str(FIRST + i) for i, oid in enumerate(made)}

        def renumber(value, kind):
            if kind in ("oid", "regproc"):
                return number.get(value, value)
            if kind == "oidvector":
                return " ".join(number.get(part, part) for part in value.split(" "))
            if kind == "oid[]" and value != "\\N":
                return "{" + ",".join(number.get(part, part) for part in value[1:-1].split(",")) + "}"
            return value

        # What the dictionary unaccent makes of each character that it changes.
        rules = psql(DATABASE, """COPY (SELECT i, unaccent(chr(i)) FROM generate_series(1, 1114111) i
            WHERE i NOT BETWEEN 55296 AND 57343 AND unaccent(chr(i)) <> chr(i) ORDER BY i) TO STDOUT""")
        with open(os.path.join(OUT, "unaccent.tsv"), "w", encoding="utf-8") as file:
            file.write("codepoint\ttext\n" + rules)
        for relation, (header, rows) in tables.items():
            with open(os.path.join(OUT, f"extension.{relation}.tsv"), "w", encoding="utf-8") as file:
                file.write("\t".join(name for name, _ in header) + "\n")
                for row in rows:
                    # A dependency on the extension itself: the engine knows its OID.
                    cells = [renumber(value, kind) for value, (_, kind) in zip(row, header)]
                    if relation == "pg_depend" and row[header.index(("deptype", '"char"'))] == "e":
                        cells[header.index(("refobjid", "oid"))] = "0"
                    file.write("\t".join(cells) + "\n")
    finally:
        psql("template1", f"DROP DATABASE IF EXISTS {DATABASE}")


main()
