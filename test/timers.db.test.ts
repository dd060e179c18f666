import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DueTimer } from '../db/timers.ts';
import { cancelTimers, claimTimers, consumeTimer, nextTimerAt, timerState } from '../db/timers.ts';
import type { TimerSpec } from '../domain/effect.ts';
import { mutate, newId } from '../services/mutate.ts';
import { type Bureau, NOW, openBureau } from './support/bureau.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  await bureau.db.deleteFrom('timer').execute();
});

const LEASE = 60_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const timer = (subject: string, dueAt = NOW, slot = 's'): TimerSpec => ({
  kind: 'test',
  subject,
  slot,
  dueAt,
});
const set = (...timers: TimerSpec[]): Promise<null> =>
  mutate(bureau.admin(), async () => ({
    value: null,
    timers,
    // A chain of its own: one that all share would let only one of them run at a time.
    audit: [{ subject: `test:${newId()}`, action: 'test.set', fields: {} }],
  }));
const claim = (now = NOW, limit = 100) =>
  claimTimers(bureau.db, now, new Date(now.getTime() + LEASE), limit);
const subjectsAt = async (now = NOW, limit = 100): Promise<string[]> =>
  (await claim(now, limit)).map(({ subject }) => subject).sort();
const consume = (claimed: DueTimer, now = NOW): Promise<boolean> =>
  bureau.db.transaction().execute((trx) => consumeTimer(trx, claimed, now));
const one = async (now = NOW): Promise<DueTimer> => {
  const [first] = await claim(now);
  if (first === undefined) throw new Error('nothing is due');
  return first;
};

describe('setting', () => {
  test('setting a timer again moves it, with its new payload and a fresh count', async () => {
    await set({ ...timer('a'), payload: { from: '08:30', count: 1 } });
    expect(await one()).toMatchObject({ attempts: 1, payload: { from: '08:30', count: 1 } });
    await set({ ...timer('a', later(5_000)), payload: { from: '09:00' } });
    expect(await subjectsAt()).toEqual([]);
    const [moved] = await claim(later(5_000));
    expect(moved).toMatchObject({ attempts: 1, dueAt: later(5_000), payload: { from: '09:00' } });
    expect(await bureau.db.selectFrom('timer').selectAll().execute()).toHaveLength(1);
  });

  test('set twice in one transaction it is set once, as it was set last', async () => {
    await set(timer('b', later(1)), timer('b', later(2), 'other'), timer('b', later(3)));
    const rows = await bureau.db
      .selectFrom('timer')
      .select(['slot', 'due_at'])
      .orderBy('slot')
      .execute();
    expect(rows).toEqual([
      { slot: 'other', due_at: later(2) },
      { slot: 's', due_at: later(3) },
    ]);
  });

  test('transactions that set the same timers in different order do not block each other', async () => {
    const names = Array.from({ length: 300 }, (_, n) => `s${n}`);
    const specs = names.map((name) => timer(name));
    const rounds = Array.from({ length: 24 }, (_, n) =>
      set(...(n % 2 ? specs : specs.toReversed())),
    );
    await Promise.all(rounds);
    expect(await subjectsAt(NOW, 1_000)).toEqual(names.toSorted());
  });
});

describe('claiming', () => {
  test('what is due, the earliest first, not more than asked for', async () => {
    await set(timer('c', later(2)), timer('a'), timer('b', later(1)), timer('z', later(1_000)));
    expect(await subjectsAt(later(-1))).toEqual([]);
    expect(await timerState(bureau.db, later(2))).toEqual({ due: 3, oldestDueAt: NOW });
    expect((await claim(later(2), 2)).map(({ subject }) => subject)).toEqual(['a', 'b']);
    expect(await subjectsAt(later(2))).toEqual(['c']);
    expect(await subjectsAt(later(2))).toEqual([]);
  });

  test('two processes never get the same timer', async () => {
    await set(...Array.from({ length: 60 }, (_, n) => timer(`t${n}`)));
    const all = (await Promise.all(Array.from({ length: 8 }, () => subjectsAt(NOW, 9)))).flat();
    expect(new Set(all).size).toBe(all.length);
    const rest = await subjectsAt();
    expect(all.length + rest.length).toBe(60);
  });

  test('a claim whose process died ends by itself', async () => {
    await set(timer('a'));
    const first = await one();
    expect(await subjectsAt(later(LEASE - 1))).toEqual([]);
    const second = await one(later(LEASE));
    expect([first.attempts, second.attempts]).toEqual([1, 2]);
    expect(await consume(first, later(LEASE))).toBe(false);
    expect(await consume(second, later(LEASE))).toBe(true);
  });

  test('the next instant counts due times and ends of claims', async () => {
    expect(await nextTimerAt(bureau.db, NOW)).toBeNull();
    await set(timer('a'), timer('b', later(10 * LEASE)));
    expect(await nextTimerAt(bureau.db, NOW)).toEqual(NOW);
    await one();
    expect(await nextTimerAt(bureau.db, NOW)).toEqual(later(LEASE));
    await bureau.db.transaction().execute((trx) => cancelTimers(trx, 'test', ['a']));
    expect(await nextTimerAt(bureau.db, NOW)).toEqual(later(10 * LEASE));
  });
});

describe('consuming', () => {
  test('happens once, and only with the transaction of its effect', async () => {
    await set(timer('a'));
    const claimed = await one();
    const undone = bureau.db.transaction().execute(async (trx) => {
      expect(await consumeTimer(trx, claimed, NOW)).toBe(true);
      throw new Error('the effect broke');
    });
    await expect(undone).rejects.toThrow('the effect broke');
    const both = await Promise.all([consume(claimed), consume(claimed)]);
    expect(both.sort()).toEqual([false, true]);
    expect(await consume(claimed)).toBe(false);
  });

  test.each([
    ['to a later day', later(86_400_000)],
    ['to the very same instant', NOW],
  ])('a timer that was moved %s after the claim is not consumed', async (_name, dueAt) => {
    await set(timer('a'));
    const claimed = await one();
    await set(timer('a', dueAt));
    expect(await consume(claimed)).toBe(false);
    expect(await subjectsAt(dueAt)).toEqual(['a']);
  });

  test('a cancelled one is gone for whoever had claimed it', async () => {
    await set(timer('a'), timer('a', NOW, 'other'), timer('b'));
    const claimed = await claim();
    await bureau.db.transaction().execute((trx) => cancelTimers(trx, 'test', ['a']));
    await bureau.db.transaction().execute((trx) => cancelTimers(trx, 'another', ['b']));
    await bureau.db.transaction().execute((trx) => cancelTimers(trx, 'test', []));
    const consumed = await Promise.all(
      claimed.map(async (each) => [each.subject, await consume(each)]),
    );
    expect(consumed.sort()).toEqual([
      ['a', false],
      ['a', false],
      ['b', true],
    ]);
  });
});
