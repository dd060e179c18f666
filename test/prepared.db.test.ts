import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Reader } from '../db/client.ts';
import { createStatementNames } from '../db/prepared.ts';
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

  test('bulk writes have none, and texts without end do not fill the server', () => {
    const nameOf = createStatementNames();
    expect(thrice(`select '${'x'.repeat(9_000)}'`, nameOf)[3]).toBeUndefined();
    const named = Array.from({ length: 3_000 }, (_, n) => thrice(`select ${n}`, nameOf)[3]);
    expect(named.filter((name) => name !== undefined)).toHaveLength(300);
  });
});

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
});
