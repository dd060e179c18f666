import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DueTimer } from '../db/timers.ts';
import { DIGEST_TIMER, tellReminders } from '../services/digest.ts';
import { viewReminders } from '../services/message-view.ts';
import { climbLadders } from '../services/reminder.ts';
import { TASK_TIMER } from '../services/task.ts';
import {
  actionsOf,
  at,
  claimed,
  fingerprint,
  formOf,
  submitted,
  untouched,
} from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';

// The form is due on Thursday 10 December; ten working days before it is 26 November.
const TEN_BEFORE = at('2026-11-26 09:00');
const DUE_DAY = at('2026-12-10 09:00');

const bureau = useLaunchedBureau();
beforeEach(async () => {
  await sql`delete from reminder`.execute(bureau.db);
  await sql`delete from attention`.execute(bureau.db);
  await sql`delete from outbox`.execute(bureau.db);
  await sql`delete from timer where kind = 'digest'`.execute(bureau.db);
});
const somebody = untouched();

const openTaskOf = async (person: string): Promise<string> => {
  const task = bureau.db.selectFrom('task').select('id').where('person_code', '=', person);
  return (await task.where('state', '=', 'open').executeTakeFirstOrThrow()).id;
};
/** The task timer of `person`, claimed when it was due on `dueAt`. */
const ladderOf = async (person: string, dueAt: Date): Promise<DueTimer> => {
  const { rows } = await sql<DueTimer>`
    update timer set attempts = attempts + 1, due_at = ${dueAt}
    where kind = ${TASK_TIMER} and subject = ${await openTaskOf(person)}
    returning id, kind, subject, slot, due_at as "dueAt", payload, attempts`.execute(bureau.db);
  const [timer] = rows;
  if (timer === undefined) throw new Error('no ladder');
  return timer;
};
const climb = async (person: string, dueAt: Date, now = dueAt): Promise<ReadonlySet<string>> =>
  climbLadders(bureau.system(now), [await ladderOf(person, dueAt)]);
const reminders = async (): Promise<string[]> => {
  const rows = await bureau.db
    .selectFrom('reminder')
    .select(['kind', 'lane', 'person_code', 'delivered_at'])
    .orderBy('id')
    .execute();
  return rows.map(
    (row) => `${row.kind} ${row.lane} ${row.person_code}${row.delivered_at ? ' told' : ''}`,
  );
};
const digests = async (): Promise<string[]> => {
  const rows = await bureau.db
    .selectFrom('timer')
    .select(['subject', 'slot', 'due_at'])
    .where('kind', '=', DIGEST_TIMER)
    .orderBy('subject')
    .execute();
  return rows.map((row) => `${row.subject} ${row.slot} ${row.due_at.toISOString()}`);
};
const nextRung = async (person: string): Promise<Date | undefined> => {
  const row = bureau.db.selectFrom('timer').select('due_at').where('kind', '=', TASK_TIMER);
  return (await row.where('subject', '=', await openTaskOf(person)).executeTakeFirst())?.due_at;
};
const countOf = async (action: string): Promise<number> => {
  const rows = bureau.db
    .selectFrom('audit_entry')
    .select('seq')
    .where('body', 'like', `%"action":"${action}"%`);
  return (await rows.execute()).length;
};

describe('PLAN-32 climbing the ladder', () => {
  test('the first timer is ten working days before the due day', async () => {
    expect(await nextRung(somebody().author)).toEqual(TEN_BEFORE);
  });

  test('a rung notes a reminder, calls the digest, arms the next rung and is on record', async () => {
    const { author } = somebody();
    await climb(author, TEN_BEFORE);
    expect(await reminders()).toEqual([`before daily ${author}`]);
    expect(await digests()).toEqual([`${author} daily ${TEN_BEFORE.toISOString()}`]);
    expect(await nextRung(author)).toEqual(at('2026-12-07 09:00'));
    const { procedureId } = await formOf(bureau, author);
    expect(await actionsOf(bureau, `procedure:${procedureId}`)).toEqual(['task.reminded']);
  });

  test.each([
    ['the due day', DUE_DAY, 'onDue urgent 0013', '2026-12-11 09:00'],
    ['the day after', at('2026-12-11 09:00'), 'after urgent 0013', '2026-12-14 09:00'],
    [
      'ACCOUNT-16 two days after',
      at('2026-12-14 09:00'),
      'escalated urgent 0012',
      '2026-12-15 09:00',
    ],
    ['ACCOUNT-16 five days after', at('2026-12-17 09:00'), 'escalated urgent 0002', null],
  ])('on %s', async (_name, now, expected, next) => {
    await climb('0013', now);
    const [told] = await reminders();
    expect(told).toBe(expected);
    expect(await nextRung('0013')).toEqual(next === null ? undefined : at(next));
    await sql`insert into timer (id, kind, subject, slot, due_at, payload) values
      (gen_random_uuid(), 'task', ${await openTaskOf('0013')}, 'ladder', ${now}, '{}')
      on conflict do nothing`.execute(bureau.db);
  });

  test('ACCOUNT-16 climbed much too late, the newest reminder and every escalation are made up for', async () => {
    const { author, head, leader } = somebody();
    await climb(author, TEN_BEFORE, at('2027-01-05 09:00'));
    expect((await reminders()).sort()).toEqual(
      [`after urgent ${author}`, `escalated urgent ${head}`, `escalated urgent ${leader}`].sort(),
    );
    expect(await nextRung(author)).toBeUndefined();
    expect(await digests()).toHaveLength(3);
  });

  test('ACCOUNT-16 a superior on several levels is told once', async () => {
    await climb('0002', TEN_BEFORE, at('2027-01-05 09:00'));
    expect((await reminders()).sort()).toEqual(['after urgent 0002', 'escalated urgent 0001']);
    expect(await digests()).toHaveLength(2);
  });

  test.each([
    ['on a Saturday', '2026-12-12 10:00', '2026-12-14T00:30:00.000Z'],
    ['before eight', '2026-12-11 07:10', '2026-12-11T00:30:00.000Z'],
    ['in the evening', '2026-12-11 18:00', '2026-12-14T00:30:00.000Z'],
  ])('found %s, the digest waits for the send window', async (_name, now, due) => {
    const { author } = somebody();
    await climb(author, DUE_DAY, at(now));
    expect(await digests()).toEqual([`${author} urgent ${due}`]);
  });

  test('fired twice, at once or later, it climbs once', async () => {
    const { author } = somebody();
    const timer = await ladderOf(author, TEN_BEFORE);
    const system = bureau.system(TEN_BEFORE);
    await Promise.all([climbLadders(system, [timer]), climbLadders(system, [timer])]);
    expect(await reminders()).toHaveLength(1);
    const before = await fingerprint(bureau);
    await climbLadders(system, [timer]);
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('a timer left over from a closed task ends without a reminder', async () => {
    const chain = somebody();
    const timer = await ladderOf(chain.author, TEN_BEFORE);
    await submitted(bureau, chain);
    await sql`insert into timer (id, kind, subject, slot, due_at, payload, attempts) values
      (${timer.id}, 'task', ${timer.subject}, 'ladder', ${TEN_BEFORE}, '{}', ${timer.attempts})`.execute(
      bureau.db,
    );
    await climbLadders(bureau.system(TEN_BEFORE), [timer]);
    expect(await reminders()).toEqual([]);
    const left = await bureau.db
      .selectFrom('timer')
      .selectAll()
      .where('id', '=', timer.id)
      .execute();
    expect(left).toEqual([]);
  });
});

describe('telling', () => {
  const tell = async (now: Date): Promise<void> => {
    for (const timer of await claimed(bureau, DIGEST_TIMER, now))
      await tellReminders(bureau.system(now), [timer]);
  };
  const messages = () =>
    bureau.db.selectFrom('outbox').select(['person_code', 'content']).orderBy('id').execute();

  test('one message with everything that waits; reminders, day and timer are spent with it', async () => {
    await climb('0018', TEN_BEFORE);
    await sql`insert into reminder (id, person_code, task_id, lane, kind, created_at)
      select gen_random_uuid(), person_code, task_id, lane, kind, created_at from reminder`.execute(
      bureau.db,
    );
    const before = await countOf('reminder.told');
    await tell(TEN_BEFORE);
    const [message, ...more] = await messages();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ person_code: '0018', content: { kind: 'digest' } });
    expect(JSON.stringify(message?.content).match(/[0-9a-f-]{36}/g)).toHaveLength(2);
    expect(await reminders()).toEqual(Array(2).fill('before daily 0018 told'));
    expect(await bureau.db.selectFrom('attention').selectAll().execute()).toEqual([
      { person_code: '0018', day: '2026-11-26' },
    ]);
    expect(await digests()).toEqual([]);
    expect(await countOf('reminder.told')).toBe(before + 1);
  });

  test('the daily lane costs one message a day; the rest waits for the next working morning', async () => {
    await sql`insert into attention (person_code, day) values ('0003', '2026-11-27')`.execute(
      bureau.db,
    );
    await climb('0003', TEN_BEFORE, at('2026-11-27 09:00'));
    const before = await countOf('reminder.postponed');
    await tell(at('2026-11-27 09:00'));
    expect(await messages()).toEqual([]);
    expect(await reminders()).toEqual(['before daily 0003']);
    expect(await digests()).toEqual(['0003 daily 2026-11-30T00:30:00.000Z']);
    expect(await countOf('reminder.postponed')).toBe(before + 1);
    await tell(at('2026-11-30 08:30'));
    expect(await messages()).toHaveLength(1);
    expect(await digests()).toEqual([]);
  });

  test('the urgent lane does not wait for another day', async () => {
    await sql`insert into attention (person_code, day) values ('0004', '2026-12-10')`.execute(
      bureau.db,
    );
    await climb('0004', DUE_DAY);
    await tell(DUE_DAY);
    expect(await messages()).toHaveLength(1);
    expect(await reminders()).toEqual(['onDue urgent 0004 told']);
  });

  test.each([
    ['daily', TEN_BEFORE, '2026-11-28 10:00', '2026-11-30T00:30:00.000Z'],
    ['urgent', DUE_DAY, '2026-12-10 20:00', '2026-12-11T00:30:00.000Z'],
  ])(
    'the %s lane keeps quiet outside the send window and spends nothing',
    async (lane, due, now, opening) => {
      const { author } = somebody();
      await climb(author, due);
      await tell(at(now));
      expect(await messages()).toEqual([]);
      expect(await digests()).toEqual([`${author} ${lane} ${opening}`]);
      expect(await bureau.db.selectFrom('attention').selectAll().execute()).toEqual([]);
      await tell(new Date(opening));
      expect(await messages()).toHaveLength(1);
    },
  );

  test('with nothing to tell there is no message', async () => {
    await climb('0005', TEN_BEFORE);
    await sql`delete from reminder`.execute(bureau.db);
    await tell(TEN_BEFORE);
    expect(await messages()).toEqual([]);
  });

  test('fired twice, at once or later, it is told once', async () => {
    await climb('0009', TEN_BEFORE);
    const [timer] = await claimed(bureau, DIGEST_TIMER, TEN_BEFORE);
    if (timer === undefined) throw new Error('no digest');
    const system = bureau.system(TEN_BEFORE);
    await Promise.all([tellReminders(system, [timer]), tellReminders(system, [timer])]);
    expect(await messages()).toHaveLength(1);
    const before = await fingerprint(bureau);
    await tellReminders(system, [timer]);
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('what was done meanwhile is not shown any more', async () => {
    const chain = somebody();
    await climb(chain.author, TEN_BEFORE);
    const ids = (await bureau.db.selectFrom('reminder').select('id').execute()).map(({ id }) => id);
    expect(await viewReminders(bureau.db, ids)).toMatchObject([
      {
        kind: 'before',
        dueOn: '2026-12-10',
        form: { name: '个人廉政风险自查表' },
        stepName: '本人填写',
      },
    ]);
    await submitted(bureau, chain);
    expect(await viewReminders(bureau.db, ids)).toEqual([]);
    expect(await viewReminders(bureau.db, [])).toEqual([]);
  });
});
