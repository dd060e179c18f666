import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DueTimer, releaseTimers } from '../db/timers.ts';
import { CLAIM_SIZE, together } from '../services/timer.ts';
import { type Bureau, claimed, NOW, openBureau } from './support/bureau.ts';
import { effect, left, names, pumpWith, set, timer } from './support/timer-pump.ts';

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  await sql`delete from timer`.execute(bureau.db);
});
const claim = (kind: string): Promise<readonly DueTimer[]> => claimed(bureau, kind, NOW);

describe('a process that is told to end', () => {
  test('finishes the batches it has begun and gives back the others, uncounted', async () => {
    const stopping = new AbortController();
    const begun: number[] = [];
    const done: string[][] = [];
    const released = Promise.withResolvers<void>();
    const slow = together(async (ctx, timers) => {
      begun.push(timers.length);
      await released.promise;
      return effect(done, new Set())(ctx, timers);
    });
    await set(bureau, ...names(1_700).map((name) => timer('slow', name)));
    const pump = pumpWith(bureau, { slow }, stopping);
    const running = pump.run();
    await expect.poll(() => begun.length).toBe(6);
    stopping.abort();
    released.resolve();
    await running;
    expect(begun).toEqual([200, 200, 200, 200, 200, 200]);
    const rest = await left(bureau, 'slow');
    expect(rest).toHaveLength(500);
    expect(rest.every((each) => each.attempts === 0 && each.lease_until === null)).toBe(true);
    expect(done.flat()).toHaveLength(1_200);
  });

  test('does not take a failing batch apart any more', async () => {
    const stopping = new AbortController();
    let tries = 0;
    const failing = together(async () => {
      tries += 1;
      stopping.abort();
      throw new Error('this batch breaks');
    });
    await set(bureau, ...names(40).map((name) => timer('failing', name)));
    await pumpWith(bureau, { failing }, stopping).run();
    expect(tries).toBe(1);
    expect(
      (await left(bureau, 'failing')).filter((each) => each.lease_until === null),
    ).toHaveLength(40);
  });

  test('what was moved or claimed anew meanwhile is left alone', async () => {
    await set(bureau, timer('given', 'a'), timer('given', 'b'));
    const timers = await claim('given');
    await set(bureau, timer('given', 'a', later(5_000)));
    await sql`update timer set attempts = 2, lease_until = ${later(60_000)}
      where kind = 'given' and subject = 'b'`.execute(bureau.db);
    await releaseTimers(bureau.db, timers);
    expect(
      (await left(bureau, 'given')).toSorted((a, b) => (a.subject < b.subject ? -1 : 1)),
    ).toEqual([
      { subject: 'a', attempts: 0, lease_until: null },
      { subject: 'b', attempts: 2, lease_until: later(60_000) },
    ]);
  });
});

test('a claim that fails leaves what was claimed before it its effect', async () => {
  const done: string[][] = [];
  const all = names(CLAIM_SIZE + 1);
  await set(bureau, ...all.map((name, n) => timer('half', name, later(n - 10_000))));
  const breaks = `returns trigger language plpgsql as $$ begin raise exception 'this claim breaks'; end $$`;
  await sql.raw(`create function break_claim() ${breaks}`).execute(bureau.db);
  await sql
    .raw(`create trigger break_claim before update on timer for each row
      when (old.subject = 's${CLAIM_SIZE}') execute function break_claim()`)
    .execute(bureau.db);
  try {
    await expect(
      pumpWith(bureau, { half: together(effect(done, new Set())) }).run(),
    ).rejects.toThrow('this claim breaks');
    expect(done.flat()).toHaveLength(CLAIM_SIZE);
    expect((await left(bureau, 'half')).map(({ subject }) => subject)).toEqual([`s${CLAIM_SIZE}`]);
  } finally {
    await sql`drop trigger break_claim on timer`.execute(bureau.db);
  }
});
