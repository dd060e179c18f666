/** What the attack's last look at the database finds when somebody has been there. */
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../db/client.ts';
import type { Database } from '../db/schema.ts';
import { type Before, inspect, remember } from './fuzz/aftermath.ts';
import { prepare } from './fuzz/setting.ts';
import { canaryOf } from './fuzz/texts.ts';
import { buildWorld } from './fuzz/world.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const world = buildWorld({ departments: 3, staff: 4 });

describe('planted changes', () => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  let before: Before;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = connect(database.url, 4);
    await prepare(db, world);
    before = await remember(db, world);
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
  });

  /** What is found after `tamper`, which is undone again. */
  const foundAfter = async (tamper: ReturnType<typeof sql>): Promise<readonly string[]> => {
    const trx = await db.startTransaction().execute();
    try {
      await tamper.execute(trx);
      return await inspect(trx, world, before);
    } finally {
      await trx.rollback().execute();
    }
  };

  test('an untouched house is found in order', async () => {
    expect(await inspect(db, world, before)).toEqual([]);
    const { rows } = await sql<{ states: number }>`
      select count(distinct (status, step_index))::int as states from procedure`.execute(db);
    expect(rows[0]?.states).toBeGreaterThanOrEqual(4);
  });

  test.each([
    [
      'a draft in another unit',
      sql`update procedure set draft = jsonb_set(draft, '{editing}', '0') where subject_person = 'v0101'`,
      /untouchable/,
    ],
    [
      'a signature in the spared department',
      sql`update procedure set signed = '[{"stepId":"headOpinion","person":"a0300"}]' where subject_person = 'a0301'`,
      /untouchable/,
    ],
    [
      'a revision without an entry',
      sql`update procedure set revision = revision + 1 where subject_person = 'a0101'`,
      /form of a0101 changed without/,
    ],
    [
      'an actor exchanged in the history',
      sql`update step_event set actor_code = 'a0203' where action = 'agreed'
        and procedure_id in (select id from procedure where department_code = 'aD1')`,
      /a0203 has agreed .*another history/s,
    ],
    [
      'foreign words in a draft',
      sql`update procedure set draft = jsonb_set(draft, '{current,content}', to_jsonb(${canaryOf('a0203')}::text))
        where subject_person = 'a0101'`,
      /somebody else's words stand in the form of a0101/,
    ],
    [
      'somebody new',
      sql`insert into person (code, name, status) values ('zz', 'x', 'active')`,
      /come or gone/,
    ],
    ['a cycle of an outsider', sql`update cycle set launched_by = 'a0203'`, /a0203 has launched/],
  ])('%s is reported', async (_name, tamper, fault) => {
    expect((await foundAfter(tamper)).join('\n')).toMatch(fault);
  });
});
