import { sql } from 'kysely';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { connect } from '../db/client.ts';
import { ask, createTestDatabase, type TestDatabase } from './support/database.ts';

const databases: TestDatabase[] = [];

afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

async function fresh(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
}

test('a test database is migrated and on a PostgreSQL of at least 14 (contract §2)', async () => {
  const { url } = await fresh();
  const [version] = await ask(url, "select current_setting('server_version_num')::int");
  expect(version).toBeGreaterThanOrEqual(140_000);
  const tables = await ask(url, "select tablename from pg_tables where schemaname = 'public'");
  expect(tables.length).toBeGreaterThan(0);
});

test('two test databases do not see each other', async () => {
  const [one, two] = [await fresh(), await fresh()];
  await ask(one.url, 'create table mine ()');
  expect(await ask(two.url, "select to_regclass('mine')")).toEqual([null]);
});

test('a dropped database is gone although a connection was open', async () => {
  const database = await createTestDatabase();
  const lingering = new Client({ connectionString: database.url });
  lingering.on('error', () => undefined);
  await lingering.connect();
  await database.drop();
  await expect(ask(database.url, 'select 1')).rejects.toThrow('does not exist');
});

test('a connection the server has given up is not handed out again', async () => {
  const { url } = await fresh();
  const db = connect(url, 1);
  const sleeping = sql`select pg_sleep(30)`.execute(db);
  const ended = expect(sleeping).rejects.toThrow('terminating connection');
  const cut = `select count(*)::int from (
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()) as ended`;
  await expect.poll(() => ask(url, cut)).toEqual([1]);
  await ended;
  const { rows } = await sql<{ answer: number }>`select 42 as answer`.execute(db);
  expect(rows).toEqual([{ answer: 42 }]);
  await db.destroy();
});
