import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { claimTimers, consumeTimers, type DueTimer } from '../db/timers.ts';
import { observeEffects } from '../jobs/observe.ts';
import { DIGEST_TIMER, tellReminders } from '../services/digest.ts';
import { climbLadders } from '../services/reminder.ts';
import { TASK_TIMER } from '../services/task.ts';
import { claimDueTimers, oneByOne, together } from '../services/timer.ts';
import { actionsOf, at, claimed, NOW, openBureau } from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';
import { effect, left, names, pumpWith, set, timer } from './support/timer-pump.ts';

const TEN_BEFORE = at('2026-11-26 09:00');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const bureau = useLaunchedBureau();
beforeEach(async () => {
  await sql`delete from timer where kind <> 'task'`.execute(bureau.db);
});

const claim = (kind: string): Promise<readonly DueTimer[]> => claimed(bureau, kind, NOW);
const consume = async (timers: readonly DueTimer[]): Promise<readonly string[]> => {
  const taken = await bureau.db.transaction().execute((trx) => consumeTimers(trx, timers, NOW));
  return timers.filter(({ id }) => taken.has(id)).map(({ subject }) => subject);
};

describe('what is counted as done', () => {
  test('are the timers that were consumed, not those that somebody else had done', async () => {
    await set(bureau, timer('counted', 'mine'), timer('counted', 'his'));
    const due = await claim('counted');
    await consume(due.filter(({ subject }) => subject === 'his'));
    const counted: string[] = [];
    const logger = pino({ level: 'silent' });
    const { counted: observed } = observeEffects(
      { counted: together(effect([], new Set())) },
      (kind, outcome) => counted.push(`${kind} ${outcome}`),
      logger,
    );
    await observed?.run({ ...bureau.system(NOW), actor: { kind: 'system', code: 'counted' } }, due);
    expect(counted).toEqual(['counted done']);
  });
});

describe('the pump', () => {
  test('hands timers of one kind to their effect together, those of another one by one', async () => {
    const [many, single]: [string[][], string[][]] = [[], []];
    const one = oneByOne(async (ctx, each) => {
      await effect(single, new Set())(ctx, [each]);
    });
    await set(
      bureau,
      ...names(450).map((name) => timer('many', name)),
      timer('one', 'x1'),
      timer('one', 'x2'),
    );
    const pump = pumpWith(bureau, { many: together(effect(many, new Set())), one });
    await pump.run();
    expect(many.map(({ length }) => length).sort()).toEqual([200, 200, 50]);
    expect(many.flat().sort()).toEqual(names(450).sort());
    expect(single.flat().sort()).toEqual(['x1', 'x2']);
    expect([await left(bureau, 'many'), await left(bureau, 'one')]).toEqual([[], []]);
    expect(pump.batches()).toBe(5);
  });

  test('one timer that breaks leaves the others their effect, and is tried again later and later', async () => {
    const done: string[][] = [];
    const pump = pumpWith(bureau, { mixed: together(effect(done, new Set(['s77']))) });
    await set(bureau, ...names(150).map((name) => timer('mixed', name)));
    await pump.run();
    expect(done.flat().concat('s77').sort()).toEqual(names(150).sort());
    expect(await left(bureau, 'mixed')).toEqual([
      { subject: 's77', attempts: 1, lease_until: later(60_000) },
    ]);
    await pump.run(later(60_000));
    expect(await left(bureau, 'mixed')).toEqual([
      { subject: 's77', attempts: 2, lease_until: later(180_000) },
    ]);
    for (const name of names(150))
      expect(await actionsOf(bureau, `fired:mixed-${name}`)).toEqual(
        name === 's77' ? [] : ['test.fired'],
      );
  });

  test('a kind without an effect is left for a program that knows it', async () => {
    const done: string[][] = [];
    await set(bureau, timer('unheard', 'a'), timer('known', 'b'));
    await pumpWith(bureau, { known: together(effect(done, new Set())) }).run();
    expect(done).toEqual([['b']]);
    expect(await left(bureau, 'unheard')).toHaveLength(1);
  });

  test('a slow effect does not hold up what falls due meanwhile', async () => {
    const done: string[][] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const slow = oneByOne(async () => ended);
    await set(bureau, timer('slow', 'a'));
    const running = pumpWith(bureau, { slow, quick: together(effect(done, new Set())) }).run();
    await expect.poll(async () => (await left(bureau, 'slow'))[0]?.attempts).toBe(1);
    await set(bureau, timer('quick', 'b'));
    await expect.poll(() => done).toEqual([['b']]);
    end();
    await running;
  });

  test('what waits for another process is asked for again after a moment, not at once', async () => {
    await sql`update timer set due_at = ${NOW}, attempts = 1, lease_until = ${later(60_000)}
      where id = (select id from timer order by id limit 1)`.execute(bureau.db);
    await set(bureau, { ...timer(DIGEST_TIMER, '0013'), slot: 'daily' });
    const pump = pumpWith(bureau, {});
    await pump.run();
    expect(pump.woken).toEqual([['timers', 200]]);
    expect(await left(bureau, DIGEST_TIMER)).toMatchObject([{ attempts: 0 }]);
  });
});

describe('consuming many', () => {
  test('those that were moved, cancelled or done meanwhile are left out', async () => {
    await set(bureau, ...names(5).map((name) => timer('set', name)));
    const timers = await claim('set');
    await set(bureau, timer('set', 's0'), timer('set', 's1', later(5_000)));
    await sql`delete from timer where kind = 'set' and subject = 's2'`.execute(bureau.db);
    expect((await consume(timers)).toSorted()).toEqual(['s3', 's4']);
    expect(await consume(timers)).toEqual([]);
    expect((await left(bureau, 'set')).map(({ subject }) => subject).sort()).toEqual(['s0', 's1']);
  });

  test('one that somebody is moving at this moment is left to him, without waiting', async () => {
    await set(bureau, timer('held', 'a'), timer('held', 'b'));
    const timers = await claim('held');
    await bureau.db.transaction().execute(async (trx) => {
      await sql`select 1 from timer where kind = 'held' and subject = 'a' for update`.execute(trx);
      expect(await consume(timers)).toEqual(['b']);
    });
    expect((await left(bureau, 'held')).map(({ subject }) => subject)).toEqual(['a']);
  });
});

describe('PLAN-32 a digest waits for the reminders it gathers', () => {
  const kindsAt = async (now: Date): Promise<readonly string[]> =>
    (await claimDueTimers(bureau.db, now)).map(({ kind }) => kind);
  const soon = (ms: number): Date => new Date(TEN_BEFORE.getTime() + ms);

  test('while one is due or being noted, in whichever process; not when it failed', async () => {
    await sql`update timer set attempts = 0, lease_until = null`.execute(bureau.db);
    await sql`delete from timer where id <> (select id from timer order by id limit 1)`.execute(
      bureau.db,
    );
    await set(bureau, { ...timer(DIGEST_TIMER, '0013', TEN_BEFORE), slot: 'daily' });
    expect(await kindsAt(soon(0))).toEqual([TASK_TIMER]);
    expect(await kindsAt(soon(30_000))).toEqual([]);
    expect((await kindsAt(soon(60_000))).toSorted()).toEqual([DIGEST_TIMER, TASK_TIMER]);
  });
});

describe('PLAN-32 whole departments at once', () => {
  test('each is reminded once, told once and on record once, with its next rung armed', async () => {
    const fresh = await openBureau();
    try {
      await fresh.launch();
      await sql`delete from timer where kind <> 'task'`.execute(fresh.db);
      const timers = await claimed(fresh, TASK_TIMER, TEN_BEFORE);
      expect(timers.length).toBeGreaterThan(20);
      const system = fresh.system(TEN_BEFORE);
      await Promise.all([climbLadders(system, timers), climbLadders(system, timers.toReversed())]);
      const digests = await claimTimers(fresh.db, TEN_BEFORE, TEN_BEFORE, 100);
      expect(new Set(digests.map(({ kind }) => kind))).toEqual(new Set([DIGEST_TIMER]));
      expect(digests).toHaveLength(timers.length);
      await Promise.all([tellReminders(system, digests), tellReminders(system, digests)]);
      const { rows } = await sql<{ people: number; reminders: number; told: number; next: number }>`
        select
          (select count(distinct person_code)::int from reminder) as people,
          (select count(*)::int from reminder where delivered_at is not null) as reminders,
          (select count(*)::int from outbox where content->>'kind' = 'digest') as told,
          (select count(*)::int from timer where kind = 'task' and due_at = ${at('2026-12-07 09:00')}) as next
      `.execute(fresh.db);
      const all = timers.length;
      expect(rows).toEqual([{ people: all, reminders: all, told: all, next: all }]);
      const entries = await sql<{ action: string; count: number }>`
        select body::jsonb->>'action' as action, count(*)::int as count from audit_entry
        where body::jsonb->>'action' in ('task.reminded', 'reminder.told') group by 1 order by 1`.execute(
        fresh.db,
      );
      expect(entries.rows).toEqual([
        { action: 'reminder.told', count: all },
        { action: 'task.reminded', count: all },
      ]);
    } finally {
      await fresh.close();
    }
  });
});
