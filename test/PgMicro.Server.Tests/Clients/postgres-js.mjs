// postgres.js: pipelined, prepared, binary where it can.
import postgres from 'postgres';

const [host, port, database] = process.argv.slice(2);
process.env.TZ = 'UTC';
const notices = [];
const sql = postgres({ host, port: Number(port), database, user: 'postgres', max: 3, connection: { TimeZone: 'UTC' }, onnotice: n => notices.push(`${n.severity} ${n.message}`) });
const say = (title, value) => console.log(`${title}: ${JSON.stringify(value, (_, v) => typeof v === 'bigint' ? `${v}n` : v)}`);
const fails = async (title, action) => {
  try {
    await action();
    say(title, 'no error');
  } catch (e) {
    say(title, { code: e.code, message: e.message, detail: e.detail, hint: e.hint, position: e.position, constraint: e.constraint_name, table: e.table_name, column: e.column_name });
  }
};

await sql`CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, price numeric, tags text[], doc jsonb, at timestamptz, raw bytea)`;
say('insert', await sql`INSERT INTO t ${sql([
  { name: 'one', price: '1.5', tags: ['a', 'b'], doc: sql.json({ x: 1 }), at: new Date(Date.UTC(2024, 0, 1)), raw: Buffer.from([1, 2]) },
  { name: 'two', price: null, tags: [], doc: null, at: null, raw: null },
])} RETURNING *`);
say('columns', (await sql`SELECT * FROM t`).columns.map(c => [c.name, c.type]));
say('in', await sql`SELECT name FROM t WHERE name IN ${sql(['one', 'two', 'three'])} ORDER BY name`);
say('any', await sql`SELECT name FROM t WHERE id = ANY(${[1, 2]}) ORDER BY id`);
say('update', (await sql`UPDATE t SET ${sql({ price: '2.5' }, 'price')} WHERE name = 'one'`).count);
for (const [type, value] of [['int8', 5n], ['bool', false], ['date', new Date(Date.UTC(2024, 1, 29))], ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['float8', 1e300], ['interval', '3 days'], ['int4[]', [3, 4]]]) {
  say(type, (await sql`SELECT ${value}::${sql.unsafe(type)} AS v`)[0].v);
}

await fails('unique', () => sql`INSERT INTO t (name) VALUES ('one')`);
await fails('type', () => sql`SELECT ${'x'}::text + 1`);
await fails('transaction', () => sql.begin(async sql => {
  await sql`INSERT INTO t (name) VALUES ('gone')`;
  await sql`SELECT * FROM nothing`;
}));
say('rolled back', await sql`SELECT count(*) FROM t`);
say('savepoint', await sql.begin(async sql => {
  await sql`INSERT INTO t (name) VALUES ('three')`;
  await sql.savepoint(sql => sql`INSERT INTO t (name) VALUES ('three')`).catch(() => {});
  return sql`SELECT count(*) FROM t`;
}));
say('pipeline', await sql.begin(sql => [sql`SELECT 1 AS a`, sql`SELECT 2 AS b`, sql`SELECT 3 AS c`]));
const batches = [];
await sql`SELECT i FROM generate_series(1, 25) i`.cursor(10, rows => { batches.push(rows.length); });
say('cursor', batches);
say('simple', await sql`SELECT 1 AS a; SELECT 2 AS b`.simple());
say('values', await sql`SELECT 1, 'x'`.values());
say('describe', await sql`SELECT id, ${'x'}::text FROM t WHERE id = ${1}`.describe().then(d => [d.types, d.columns.map(c => c.type)]));
let heard;
const hearing = new Promise(resolve => { heard = resolve; });
await sql.listen('news', heard);
await sql.notify('news', 'hello');
say('notification', await hearing);
const stream = await sql`COPY t (name) FROM STDIN`.writable();
await new Promise((resolve, reject) => {
  stream.on('error', reject);
  stream.on('finish', resolve);
  stream.write('c1\n');
  stream.end('c2\n');
});
say('copied', await sql`SELECT name FROM t WHERE name LIKE 'c%' ORDER BY name`);
const out = [];
for await (const chunk of await sql`COPY (SELECT name FROM t WHERE name LIKE 'c%' ORDER BY name) TO STDOUT`.readable()) {
  out.push(chunk.toString());
}

say('copied out', out.join(''));
const query = sql`SELECT pg_sleep(60)`;
setTimeout(() => query.cancel(), 200);
await fails('cancelled', () => query);
await sql`DROP TABLE IF EXISTS nothing`;
say('notices', notices);
await sql.end();
