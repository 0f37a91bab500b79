"""psycopg 3: text and binary, pipelines, server-side cursors, COPY, notifications."""
import datetime as dt
import decimal
import ipaddress
import json
import logging
import sys
import threading
import uuid

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

# A pipeline that was aborted says so when it is collected, whenever that is.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)

host, port, database = sys.argv[1:4]
conninfo = f"host={host} port={port} dbname={database} user=postgres sslmode=disable options='-c TimeZone=UTC'"


def say(title, value):
    print(f"{title}: {value!r}", flush=True)


def fails(title, action):
    try:
        action()
        say(title, "no error")
    except psycopg.Error as e:
        d = e.diag
        say(title, (type(e).__name__, d.sqlstate, d.message_primary, d.message_detail, d.message_hint, d.statement_position, d.constraint_name, d.column_name))


with psycopg.connect(conninfo, autocommit=True) as conn:
    say("server", conn.info.parameter_status("server_encoding"))
    say("create", conn.execute("CREATE TABLE t (id serial PRIMARY KEY, name text UNIQUE NOT NULL, price numeric(8,2), tags text[], doc jsonb, at timestamptz, raw bytea)").statusmessage)
    conn.execute("CREATE TYPE mood AS ENUM ('sad', 'happy')")
    for binary in (False, True):
        cur = conn.cursor(binary=binary, row_factory=dict_row)
        say("insert", cur.execute(
            "INSERT INTO t (name, price, tags, doc, at, raw) VALUES (%s, %s, %s, %s, %s, %b) RETURNING *",
            (f"one{binary}", decimal.Decimal("1.50"), ["a", None, 'q"'], Jsonb({"x": [1]}), dt.datetime(2024, 2, 29, 12, tzinfo=dt.timezone.utc), b"\0\xff")).fetchone())
        say("description", [(c.name, c.type_code, c.internal_size, c.precision, c.scale) for c in cur.description])
        for value in (5, 2**40, 2**70, 1.5, float("inf"), True, "ä", b"\1", None, dt.date(2024, 2, 29), dt.time(12, 34, 56, 500000), dt.datetime(2024, 1, 1), dt.timedelta(days=-1, seconds=5),
                      uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), decimal.Decimal("-12.3400"), [1, 2, None], ["x", "y z"], [[1, 2], [3, 4]], Jsonb([1, {"a": None}]),
                      ipaddress.ip_interface("10.0.0.1/8"), Range(1, 5), [decimal.Decimal("1.5")]):
            cell = conn.cursor(binary=binary).execute("SELECT %s AS v" if binary is False else "SELECT %b AS v" if value is not None else "SELECT %s AS v", (value,))
            say(f"{type(value).__name__} {'binary' if binary else 'text'}", (cell.fetchone()[0], cell.description[0].type_code))

    many = conn.cursor()
    many.executemany("INSERT INTO t (name) VALUES (%s)", [(f"m{i}",) for i in range(5)])
    say("executemany", many.rowcount)
    many.executemany("INSERT INTO t (name) VALUES (%s) RETURNING id", [("r1",), ("r2",)], returning=True)
    ids = []
    while True:
        ids.append(many.fetchone())
        if not many.nextset():
            break
    say("returning", ids)
    for _ in range(7):
        prepared = conn.execute("SELECT name FROM t WHERE id = %s", (1,), prepare=True).fetchone()
    say("prepared", prepared)
    with conn.pipeline() as p:
        results = [conn.execute("SELECT %s::int + 1", (i,)) for i in range(3)]
        p.sync()
        say("pipeline", [r.fetchone() for r in results])

    def broken_pipeline():
        with conn.pipeline():
            conn.execute("SELECT 1")
            conn.execute("SELECT * FROM nothing")
            conn.execute("SELECT 2")

    fails("pipeline error", broken_pipeline)
    fails("unique", lambda: conn.execute("INSERT INTO t (name) VALUES ('m1')"))
    fails("not null", lambda: conn.execute("INSERT INTO t (name) VALUES (NULL)"))
    fails("syntax", lambda: conn.execute("SELEC 1"))
    fails("column", lambda: conn.execute("SELECT nam FROM t"))
    say("quoted", conn.execute(sql.SQL("SELECT {} FROM {} ORDER BY 1 LIMIT 1").format(sql.Identifier("name"), sql.Identifier("t"))).fetchall())
    with conn.transaction():
        conn.execute("INSERT INTO t (name) VALUES ('kept')")
        try:
            with conn.transaction():
                conn.execute("INSERT INTO t (name) VALUES ('undone')")
                raise psycopg.Rollback()
        except psycopg.Rollback:
            pass
        say("status", conn.info.transaction_status.name)
    say("kept", conn.execute("SELECT name FROM t WHERE name IN ('kept', 'undone')").fetchall())
    with conn.cursor().copy("COPY t (name, price) FROM STDIN") as copy:
        copy.write_row(("c1", decimal.Decimal("1.5")))
        copy.write("c2\t\\N\n")
    with conn.cursor().copy("COPY t (name, price) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["text", "numeric"])
        copy.write_row(("c3", decimal.Decimal("2.25")))
    with conn.cursor().copy("COPY (SELECT name, price FROM t WHERE name LIKE 'c%' ORDER BY name) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["text", "numeric"])
        say("copied", list(copy.rows()))

    def abandoned():
        with conn.cursor().copy("COPY t (name) FROM STDIN") as copy:
            copy.write("x1\n")
            raise ValueError("given up")

    fails("abandoned", abandoned)
    fails("bad row", lambda: conn.execute("SELECT count(*)::int / 0 FROM t"))
    with psycopg.connect(conninfo) as block:
        with block.cursor(name="server_side") as named:
            named.itersize = 10
            named.execute("SELECT i FROM generate_series(1, 25) i")
            say("named cursor", (named.fetchmany(3), sum(r[0] for r in named)))
        block.rollback()
    notices = []
    conn.add_notice_handler(lambda d: notices.append((d.severity, d.message_primary)))
    conn.execute("DROP TABLE IF EXISTS nothing")
    say("notices", notices)
    with psycopg.connect(conninfo, autocommit=True) as listener:
        listener.execute("LISTEN news")
        conn.execute("SELECT pg_notify('news', 'payload')")
        n = next(listener.notifies())
        say("notification", (n.channel, n.payload, n.pid == conn.info.backend_pid))
    timer = threading.Timer(0.2, conn.cancel)
    timer.start()
    fails("cancelled", lambda: conn.execute("SELECT pg_sleep(60)"))
    conn.execute("DISCARD ALL")
    say("after discard", conn.execute("SHOW TimeZone").fetchone())
    say("json", json.dumps(conn.execute("SELECT '{\"a\": [1, 2.5]}'::jsonb").fetchone()[0]))
