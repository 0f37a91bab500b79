// Prisma: its schema engine (as WebAssembly) reads databases, pushes schemas and applies migrations through the driver adapter.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
const require = createRequire(import.meta.url)
// The adapter does not know the type "char", which the engine's queries give.
const Result = createRequire(require.resolve('@prisma/adapter-pg'))('pg/lib/result')
const addFields = Result.prototype.addFields
Result.prototype.addFields = function (fields) { addFields.call(this, fields); for (const f of fields) if (f.dataTypeID === 18) f.dataTypeID = 25 }
const engineFile = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
const bindings = await import(engineFile)
const { instance } = await WebAssembly.instantiate(fs.readFileSync(engineFile.replace(/\.js$/, '.wasm')), { './schema_engine_bg.js': bindings })
bindings.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const [host, port, database] = process.argv.slice(2)
const say = (title, value) => console.log(title + ': ' + (typeof value === 'string' ? value : JSON.stringify(value)))
const step = async (title, action) => { try { say(title, (await action()) ?? 'done') } catch (e) { console.log(title + ' FAILED ' + e.message) } }
const filters = { externalTables: [], externalEnums: [] }
const head = 'datasource db {\n  provider = "postgresql"\n}\n\n'
const files = content => ({ files: [{ path: 'schema.prisma', content: head + content }] })
const schema = `model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique @db.VarChar(80)
  name    String?
  role    Role     @default(USER)
  tags    String[] @default(["new"])
  meta    Json?
  score   Decimal  @default(1.5) @db.Decimal(8, 2)
  big     BigInt?
  raw     Bytes?
  at      DateTime @default(now()) @db.Timestamptz(3)
  day     DateTime? @db.Date
  uid     String   @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  posts   Post[]
  profile Profile?

  @@index([name, score(sort: Desc)])
  @@index([tags], type: Gin)
  @@map("users")
}

model Profile {
  userId Int    @id
  bio    String @db.Char(10)
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
}

model Post {
  id       BigInt @id @default(autoincrement())
  title    String
  authorId Int?
  author   User?  @relation(fields: [authorId], references: [id], onUpdate: NoAction)
  labels   Label[]

  @@unique([title, authorId])
}

model Label {
  name  String @id
  posts Post[]
}

enum Role {
  USER
  ADMIN
}
`
const factory = new PrismaPg({ host, port: +port, database, user: 'postgres' })
const engine = await bindings.SchemaEngine.new({ datamodels: [['schema.prisma', head + schema]] }, () => {}, bindMigrationAwareSqlAdapterFactory(factory))
const pull = async () => {
  const found = await engine.introspect({ schema: files(''), baseDirectoryPath: '/', force: true, compositeTypeDepth: -1, namespaces: null })
  return found.schema.files.map(f => f.content).join('') + (found.warnings ?? '') + JSON.stringify(found.views ?? [])
}
await step('version', async () => (await engine.version()).replace(/^PostgreSQL (\d+).*/, '$1'))
await step('push', () => engine.schemaPush({ force: false, schema: files(schema), filters }))
await step('push again', () => engine.schemaPush({ force: false, schema: files(schema), filters }))
await step('pull', pull)
const changed = schema.replace('name    String?', 'name    String @default("nobody")\n  nick    String?').replace('  ADMIN\n', '  ADMIN\n  GUEST\n').replace('@db.Char(10)', '@db.VarChar(20)').replace('  @@unique([title, authorId])\n', '')
await step('change', () => engine.schemaPush({ force: true, schema: files(changed), filters }))
const db = await factory.connect()
await step('other things', () => db.executeScript(`
  CREATE VIEW grown AS SELECT id, email FROM users WHERE score > 10;
  CREATE TABLE odd (a int, b money DEFAULT 5, c int4range, d tsvector, e xml, f "char", g bit(3), h inet, i interval(3), j oid, k double precision[], l time(2) with time zone,
    m citysize, n numeric);
  `.replace('m citysize, ', '')))
await step('pull again', pull)
await step('query', async () => { const r = await db.queryRaw({ sql: 'SELECT $1::int AS a, $2::text[] AS b, now() IS NOT NULL AS c, $3::numeric AS d, 9007199254740993 AS e', args: [1, ['x', 'y'], '1.50'], argTypes: [{ scalarType: 'int', arity: 'scalar' }, { scalarType: 'string', arity: 'list' }, { scalarType: 'decimal', arity: 'scalar' }] }); return r })
await step('transaction', async () => { const t = await db.startTransaction('SERIALIZABLE'); await t.executeRaw({ sql: `INSERT INTO "Label" VALUES ('x')`, args: [], argTypes: [] }); await t.rollback(); return (await db.queryRaw({ sql: 'SELECT count(*) FROM "Label"', args: [], argTypes: [] })).rows })
await step('error', async () => { try { await db.executeRaw({ sql: `INSERT INTO "Profile" VALUES (5, 'x')`, args: [], argTypes: [] }) } catch (e) { return e.cause ?? e.message } })
await step('reset', () => engine.reset({ filter: filters }))
const migration = 'CREATE TABLE "M" ("id" SERIAL PRIMARY KEY, "n" TEXT NOT NULL DEFAULT \'x\');\nCREATE INDEX "M_n" ON "M"("n");\n'
const list = (...migrations) => ({ baseDir: 'migrations', lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }, shadowDbInitScript: '', migrationDirectories: migrations.map(([path, content]) => ({ path, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: content } } })) })
await step('migrate', () => engine.applyMigrations({ migrationsList: list(['20240101000000_a', migration]), filters }))
await step('migrate again', () => engine.applyMigrations({ migrationsList: list(['20240101000000_a', migration], ['20240102000000_b', 'ALTER TABLE "M" ADD COLUMN "k" INT;']), filters }))
await step('broken migration', () => engine.applyMigrations({ migrationsList: list(['20240101000000_a', migration], ['20240102000000_b', 'ALTER TABLE "M" ADD COLUMN "k" INT;'], ['20240103000000_c', 'ALTER TABLE "N" ADD COLUMN "k" INT;']), filters }).catch(e => { throw new Error(e.message.replace(/\s+/g, ' ')) }))
await step('diagnosis', () => engine.diagnoseMigrationHistory({ migrationsList: list(['20240101000000_a', migration]), optInToShadowDatabase: false, filters }))
await step('last pull', pull)
await db.dispose()
process.exit(0)
