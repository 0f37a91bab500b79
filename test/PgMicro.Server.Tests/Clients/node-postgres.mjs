// node-postgres: what a program sees, line by line.
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import QueryStream from 'pg-query-stream';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

const [host, port, database] = process.argv.slice(2);
const options = { host, port: Number(port), database, user: 'postgres' };
process.env.TZ = 'UTC';
const say = (title, value) => console.log(`${title}: ${JSON.stringify(value, (_, v) => typeof v === 'bigint' ? `${v}n` : v)}`);
const fails = async (title, action) => {
  try {
    await action();
    say(title, 'no error');
  } catch (e) {
    say(title, { code: e.code, severity: e.severity, message: e.message, detail: e.detail, hint: e.hint, position: e.position, constraint: e.constraint, table: e.table, column: e.column });
  }
};

const client = new pg.Client(options);
const notices = [];
client.on('notice', n => notices.push(`${n.severity} ${n.code} ${n.message}`));
await client.connect();
await client.query("SET TimeZone = 'UTC'");

// DDL and rows
say('create', (await client.query('CREATE TABLE t (id serial PRIMARY KEY, name text NOT NULL UNIQUE, price numeric(8,2), tags text[], doc jsonb, at timestamptz, raw bytea)')).command);
const inserted = await client.query('INSERT INTO t (name, price, tags, doc, at, raw) VALUES ($1, $2, $3, $4, $5, $6) RETURNING *',
  ['one', '1.50', ['a', 'b "c"', null], { x: [1, null] }, new Date(Date.UTC(2024, 1, 29, 12)), Buffer.from([0, 255])]);
say('returning', inserted.rows);
say('fields', inserted.fields.map(f => [f.name, f.dataTypeID, f.dataTypeSize, f.dataTypeModifier, f.columnID]));
say('count', (await client.query('INSERT INTO t (name) SELECT $1 || i FROM generate_series(1, 10) i', ['n'])).rowCount);

// parameters of every kind
for (const [type, value] of [
  ['int2', 5], ['int4', -7], ['int8', '9007199254740993'], ['float4', 1.5], ['float8', 0.1], ['numeric', '12.340'], ['bool', true], ['text', 'ä'], ['varchar(2)', 'xy'],
  ['bytea', Buffer.from('hi')], ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['date', '2024-02-29'], ['time', '12:34:56.5'], ['timestamp', '2024-02-29 12:00:00'],
  ['timestamptz', new Date(Date.UTC(2000, 0, 1))], ['interval', '1 day 02:03:04.5'], ['json', { a: 1 }], ['jsonb', { b: [true] }], ['int4[]', [1, 2, null]],
  ['text[]', ['', 'NULL', '{}']], ['inet', '10.0.0.1/8'], ['int4range', '[1,5)'], ['oid', 42], ['int4', null],
]) {
  const r = await client.query(`SELECT $1::${type} AS v`, [value]);
  say(type, [r.rows[0].v, r.fields[0].dataTypeID]);
}

// prepared statements
const prepared = { name: 'by-name', text: 'SELECT id, name FROM t WHERE name = $1' };
say('prepared', (await client.query({ ...prepared, values: ['one'] })).rows);
say('again', (await client.query({ ...prepared, values: ['n3'] })).rows);
say('array mode', (await client.query({ text: 'SELECT 1 AS a, 2 AS a', rowMode: 'array' })).rows);
say('several', (await client.query('SELECT 1 AS x; SELECT 2 AS y; UPDATE t SET price = 0 WHERE id = 1')).map(r => [r.command, r.rowCount, r.rows]));

// errors
await fails('unique', () => client.query("INSERT INTO t (name) VALUES ('one')"));
await fails('not null', () => client.query('INSERT INTO t (name) VALUES ($1)', [null]));
await fails('syntax', () => client.query('SELEC 1'));
await fails('type', () => client.query('SELECT $1::int', ['x']));
await fails('column', () => client.query('SELECT nam FROM t'));

// transactions
await client.query('BEGIN');
await client.query("INSERT INTO t (name) VALUES ('gone')");
await client.query('SAVEPOINT s');
await fails('in a block', () => client.query('SELECT 1/0::int FROM t'));
await fails('failed block', () => client.query('SELECT 1'));
await client.query('ROLLBACK TO s');
say('rolled back to', (await client.query("SELECT count(*) FROM t WHERE name = 'gone'")).rows);
await client.query('ROLLBACK');
say('rolled back', (await client.query("SELECT count(*) FROM t WHERE name = 'gone'")).rows);

// cursors by portals with row limits
const rows = [];
for await (const row of client.query(new QueryStream('SELECT i FROM generate_series(1, $1) i', [250], { batchSize: 100 }))) {
  rows.push(row.i);
}

say('streamed', [rows.length, rows[0], rows.at(-1)]);

// COPY
const into = client.query(copyStreams.from('COPY t (name, price) FROM STDIN (FORMAT csv)'));
await pipeline(Readable.from(['c1,1.5\n', 'c2,\n"c', '3",3\n']), into);
say('copied in', into.rowCount);
const chunks = [];
const outOf = client.query(copyStreams.to("COPY (SELECT name, price FROM t WHERE name LIKE 'c%' ORDER BY name) TO STDOUT"));
for await (const chunk of outOf) {
  chunks.push(chunk);
}

say('copied out', Buffer.concat(chunks).toString());

// notices, notifications
await client.query('DROP TABLE IF EXISTS nothing');
say('notices', notices);
const listener = new pg.Client(options);
await listener.connect();
await listener.query('LISTEN news');
const heard = once(listener, 'notification');
await client.query("SELECT pg_notify('news', 'payload')");
const [{ channel, payload }] = await heard;
say('notification', { channel, payload });
await listener.end();

// a pool, many queries at once
const pool = new pg.Pool({ ...options, max: 4 });
const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => pool.query('SELECT $1::int + 1 AS n', [i]).then(r => r.rows[0].n)));
say('pool', sums.reduce((a, b) => a + b, 0));
await pool.end();

// cancellation
const sleeper = new pg.Client(options);
await sleeper.connect();
const pid = (await sleeper.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
const sleeping = fails('cancelled', () => sleeper.query('SELECT pg_sleep(60)'));
setTimeout(() => sleeper.processID === pid && new pg.Client(options).cancel(sleeper, sleeper.activeQuery ?? sleeper._activeQuery), 200);
await sleeping;
await sleeper.end();
await client.end();
