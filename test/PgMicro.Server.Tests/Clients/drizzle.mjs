// Drizzle: migrations, queries, relations and prepared statements.
import { drizzle } from 'drizzle-orm/node-postgres'
import { pgTable, pgEnum, serial, text, integer, jsonb, uuid, timestamp, boolean, numeric, varchar } from 'drizzle-orm/pg-core'
import { eq, sql, and, desc, count, gt, inArray, relations } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import fs from 'node:fs'
import os from 'node:os'
import pg from 'pg'
const [host, port, database] = process.argv.slice(2)
const pool = new pg.Pool({ host, port: +port, database, user: 'postgres', max: 2 })
const mood = pgEnum('mood', ['sad', 'ok'])
const users = pgTable('users', { id: serial('id').primaryKey(), name: varchar('name', { length: 50 }).notNull().unique(), mood: mood('mood').default('ok'), j: jsonb('j'), u: uuid('u').defaultRandom(), d: numeric('d', { precision: 8, scale: 2 }), b: boolean('b').default(false), tags: text('tags').array() })
const posts = pgTable('posts', { id: integer('id').primaryKey().generatedAlwaysAsIdentity(), userId: integer('user_id').references(() => users.id, { onDelete: 'cascade' }), title: text('title'), at: timestamp('at', { withTimezone: true }).default(sql`'2024-01-02 03:04:05+00'`) })
const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }))
const postsRelations = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.userId], references: [users.id] }) }))
const db = drizzle(pool, { schema: { users, posts, usersRelations, postsRelations } })
const say = (t, v) => console.log(t + ': ' + JSON.stringify(v))
const folder = fs.mkdtempSync(os.tmpdir() + '/drizzle-'); fs.mkdirSync(folder + '/meta')
fs.writeFileSync(folder + '/meta/_journal.json', JSON.stringify({ version: '7', dialect: 'postgresql', entries: [{ idx: 0, version: '7', when: 1700000000000, tag: '0000_a', breakpoints: true }] }))
fs.writeFileSync(folder + '/0000_a.sql', `CREATE TYPE "public"."mood" AS ENUM('sad', 'ok');--> statement-breakpoint
CREATE TABLE "users" ("id" serial PRIMARY KEY NOT NULL, "name" varchar(50) NOT NULL, "mood" "mood" DEFAULT 'ok', "j" jsonb, "u" uuid DEFAULT gen_random_uuid(), "d" numeric(8, 2), "b" boolean DEFAULT false, "tags" text[], CONSTRAINT "users_name_unique" UNIQUE("name"));--> statement-breakpoint
CREATE TABLE "posts" ("id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "posts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1), "user_id" integer, "title" text, "at" timestamp with time zone DEFAULT '2024-01-02 03:04:05+00');--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;`)
await migrate(db, { migrationsFolder: folder }); await migrate(db, { migrationsFolder: folder })
say('insert', (await db.insert(users).values([{ name: 'a', j: { x: [1] }, d: '1.50', tags: ['p', 'q,"r'] }, { name: 'b', mood: 'sad' }]).returning()).map(r => ({ ...r, u: !!r.u })))
say('posts', await db.insert(posts).values([{ userId: 1, title: 'x' }, { userId: 1, title: 'y' }, { userId: 2, title: 'z' }]).returning())
say('upsert', await db.insert(users).values({ name: 'a', d: '9' }).onConflictDoUpdate({ target: users.name, set: { d: sql`excluded.d` } }).returning({ id: users.id, d: users.d }))
say('relations', await db.query.users.findMany({ columns: { u: false }, with: { posts: { orderBy: desc(posts.id), limit: 1, columns: { title: true } } }, orderBy: users.id }))
say('one', await db.query.posts.findFirst({ where: gt(posts.id, 1), orderBy: posts.id, with: { user: { columns: { name: true } } } }))
say('join', await db.select({ n: users.name, c: count(posts.id) }).from(users).leftJoin(posts, eq(posts.userId, users.id)).groupBy(users.name).orderBy(users.name))
const sq = db.$with('sq').as(db.select({ id: posts.userId, c: count().as('c') }).from(posts).groupBy(posts.userId))
say('with', await db.with(sq).select().from(sq).where(gt(sq.c, 1)))
const p = db.select().from(posts).where(and(eq(posts.userId, sql.placeholder('u')), inArray(posts.title, ['x', 'y']))).orderBy(posts.id).prepare('p1')
say('prepared', [(await p.execute({ u: 1 })).length, (await p.execute({ u: 2 })).length])
say('update', await db.update(users).set({ b: true }).where(eq(users.mood, 'sad')).returning({ name: users.name, b: users.b }))
try { await db.transaction(async t => { await t.insert(posts).values({ title: 'q' }); await t.transaction(async t2 => { await t2.insert(posts).values({ userId: 99 }) }) }) } catch (e) { const c = e.cause ?? e; say('error', [c.code, c.constraint, c.detail]) }
say('count', await db.$count(posts)); say('delete', (await db.delete(users).where(eq(users.id, 1)).returning({ n: users.name })))
say('iso', await db.transaction(async t => (await t.execute(sql`show transaction_isolation`)).rows, { isolationLevel: 'serializable', accessMode: 'read only', deferrable: true }))
say('migrations', (await db.execute(sql`select id, created_at from drizzle.__drizzle_migrations`)).rows)
fs.rmSync(folder, { recursive: true })
await pool.end()
