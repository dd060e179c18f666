import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Reader } from '../db/client.ts';
import { createStatementNames } from '../db/prepared.ts';
import { countOpenTasks, openTasksOf } from '../db/tasks.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

describe('names of statements', () => {
  const thrice = (text: string, nameOf = createStatementNames()) =>
    [1, 2, 3, 4].map(() => nameOf(text));

  test('a text gets its name when it comes the third time, the same for everybody', () => {
    const [first, second, third, fourth] = thrice('select 1');
    expect([first, second]).toEqual([undefined, undefined]);
    expect(third).toMatch(/^s_[0-9a-f]{32}$/);
    expect(fourth).toBe(third);
    expect(thrice('select 1')[2]).toBe(third);
    expect(thrice('select 2')[2]).not.toBe(third);
  });

  test.each(['select * from t', 'select "t".* from t', 'insert into t values (1) returning *'])(
    'all columns are never named: %s',
    (text) => expect(thrice(text)).toEqual([undefined, undefined, undefined, undefined]),
  );

  test('counting is no list of columns', () => {
    expect(thrice('select count(*) from t')[2]).toBeDefined();
  });

  test('lists of any length take no names from statements that stay the same', () => {
    const nameOf = createStatementNames();
    const values = (count: number) => Array.from({ length: count }, (_, n) => `$${n + 1}`);
    for (let count = 1; count <= 400; count += 1) {
      expect(thrice(`select a from t where b in (${values(count).join(', ')})`, nameOf)[3]).toBe(
        undefined,
      );
      const rows = values(count + 1).map((value) => `(${value})`);
      expect(thrice(`insert into t (a) values ${rows.join(', ')}`, nameOf)[3]).toBe(undefined);
    }
    expect(thrice('insert into t (a, b) values ($1, $2)', nameOf)[3]).toBeDefined();
    expect(thrice('select a from t where b in (select c from u)', nameOf)[3]).toBeDefined();
  });

  test('bulk writes have none, and texts without end do not fill the server', () => {
    const nameOf = createStatementNames();
    expect(thrice(`select '${'x'.repeat(9_000)}'`, nameOf)[3]).toBeUndefined();
    const named = Array.from({ length: 3_000 }, (_, n) => thrice(`select ${n}`, nameOf)[3]);
    expect(named.filter((name) => name !== undefined)).toHaveLength(300);
  });
});

/** The plan that serves every value of the parameters. */
async function genericPlan(db: Reader, text: string): Promise<string> {
  return db.connection().execute(async (connection) => {
    const run = (statement: string) =>
      sql.raw<{ 'QUERY PLAN': string }>(statement).execute(connection);
    await run('set plan_cache_mode = force_generic_plan');
    await run('set enable_seqscan = off');
    await run(`prepare asked as ${text}`);
    const values = [...new Set(text.match(/\$\d+/g))].map(() => 'null').join(', ');
    const { rows } = await run(`explain execute asked (${values})`);
    await run('deallocate asked');
    await run('reset all');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

describe('on the server', () => {
  let database: TestDatabase;
  let db: Reader;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = connect(database.url, 1);
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  test('a statement that comes again is prepared once, and a table may gain a column meanwhile', async () => {
    await sql`create table grown (a integer)`.execute(db);
    await sql`insert into grown values (7)`.execute(db);
    const read = async () => (await sql<{ a: number }>`select a from grown`.execute(db)).rows;
    for (let n = 0; n < 4; n += 1) expect(await read()).toEqual([{ a: 7 }]);
    const { rows } = await sql<{ statement: string }>`
      select statement from pg_prepared_statements where statement = 'select a from grown'`.execute(
      db,
    );
    expect(rows).toHaveLength(1);
    await sql`alter table grown add column b integer default 8`.execute(db);
    expect(await read()).toEqual([{ a: 7 }]);
  });

  test('a plan for any person finds the open tasks by the index that holds no others', async () => {
    const texts: string[] = [];
    const listening = db.withPlugin({
      transformQuery: ({ node }) => {
        texts.push(db.getExecutor().compileQuery(node, { queryId: 'x' }).sql);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await countOpenTasks(listening, '0013', '2026-09-21');
    await openTasksOf(listening, '0013', { size: 10, offset: 0 });
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(await genericPlan(db, text)).toContain('task_open_person');
  });
});
