import { describe, expect, test } from 'vitest';
import { destinationOf, isWorkingDay, workingDaysFrom } from './chaos/calendar.ts';
import { planFaults } from './chaos/schedule.ts';

const plan = (kills: number, seed: string) =>
  planFaults({ kills, seed, paceMs: 1_000, longestFreezeMs: 30_000 });
const kindsOf = (kills: number, seed: string) =>
  plan(kills, seed).map(({ fault }) =>
    fault.kind === 'platform' ? `${fault.kind} ${fault.fault}` : fault.kind,
  );

describe('the plan of a chaos run', () => {
  test('follows from its seed, and from nothing else', () => {
    expect(plan(200, '7')).toEqual(plan(200, '7'));
    expect(plan(200, '7')).not.toEqual(plan(200, '8'));
  });

  test.each([1, 12, 300, 2_000])('%i kills are exactly so many, in order of time', (kills) => {
    const planned = plan(kills, '1');
    expect(planned.filter(({ fault }) => fault.kind === 'kill')).toHaveLength(kills);
    const instants = planned.map(({ atMs }) => atMs);
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    expect(instants.at(-1)).toBeLessThan(kills * 1_000 + 10_000);
  });

  test('a short run meets every kind of fault', () => {
    for (const seed of ['1', '2', '3', '4']) {
      expect(new Set(kindsOf(12, seed))).toEqual(
        new Set([
          'kill',
          'postgres',
          'redisFlush',
          'redisKill',
          'freeze',
          'clock',
          'platform error500',
          'platform rateLimited',
          'platform hang',
          'platform lost',
          'platform late',
          'platform tokenRefused',
          'platform dropCallbackAnswer',
          'platform duplicateEvents',
        ]),
      );
    }
  });

  test('a long run crashes the servers dozens of times and passes dozens of nights', () => {
    const kinds = kindsOf(2_000, '1');
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    expect(count('postgres')).toBe(50);
    expect(count('freeze')).toBeGreaterThan(30);
    expect(
      plan(2_000, '1').filter(({ fault }) => fault.kind === 'kill' && fault.isEarly).length,
    ).toBeGreaterThan(100);
    expect(count('clock')).toBeGreaterThan(150);
  });
});

describe('the calendar of a chaos run', () => {
  test('knows the holidays and the days made up for', () => {
    expect(['2026-10-01', '2026-10-10', '2026-10-11', '2026-10-12'].map(isWorkingDay)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(workingDaysFrom('2026-09-30', 1)).toBe('2026-10-08');
    expect(workingDaysFrom('2026-10-08', -1)).toBe('2026-09-30');
  });

  test('moves forward only: to the next such time of day, or over the next days off', () => {
    const now = new Date('2026-09-29T08:59:59+08:00');
    const at = (move: Parameters<typeof destinationOf>[0]) =>
      destinationOf(move, now).toISOString();
    expect(at('midnight')).toBe('2026-09-29T15:59:57.000Z');
    expect(at('rungs')).toBe('2026-09-30T00:59:58.000Z');
    expect(at('holiday')).toBe('2026-10-08T00:59:58.000Z');
  });
});
