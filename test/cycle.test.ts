import { describe, expect, test } from 'vitest';
import { checkStages, resolveStages } from '../domain/cycle.ts';
import type { WrittenProfile } from '../domain/profile.ts';
import { edited, loadText, profile } from './support/shipped-profile.ts';

const ZONE = 'Asia/Shanghai';
const daysOf = (given: WrittenProfile, startOn: string, zone = ZONE): Record<string, string> =>
  Object.fromEntries(
    resolveStages(given, startOn, zone).map(({ code, firstDay, lastDay }) => [
      code,
      `${firstDay}…${lastDay}`,
    ]),
  );

describe('PLAN-05 the stages of a year', () => {
  test.each([2024, 2026, 2027, 2028])('PLAN-06 AUTO-27 AUTO-28 AUTO-29 AUTO-30 in %d', (year) => {
    expect(daysOf(profile, `${year}-05-25`)).toEqual({
      mobilise: `${year}-05-25…${year}-09-20`,
      execute: `${year}-09-21…${year}-12-10`,
      check: `${year}-12-11…${year}-12-20`,
      adjust: `${year}-12-21…${year}-12-31`,
    });
  });

  test.each([
    ['early', 'start', '02-01'],
    ['early', 'end', '02-10'],
    ['middle', 'start', '02-11'],
    ['middle', 'end', '02-20'],
    ['late', 'start', '02-21'],
  ])('PLAN-06 %s %s of February is %s', (part, edge, expected) => {
    const rule = `opens: { xun: { month: 2, part: ${part}, edge: ${edge} } }`;
    const text = edited('opens: { offsetDays: 0 }', rule);
    expect(daysOf(loadText(text).profile, '2026-01-05')['mobilise']).toBe(
      `2026-${expected}…2026-09-20`,
    );
  });

  test.each([
    [2026, '02-28'],
    [2028, '02-29'],
  ])('PLAN-06 the end of a February in %d is %s', (year, expected) => {
    const rule = 'closes: { xun: { month: 2, part: late, edge: end } }';
    const text = edited('closes: { xun: { month: 9, part: middle, edge: end } }', rule);
    expect(daysOf(loadText(text).profile, `${year}-01-05`)['mobilise']).toBe(
      `${year}-01-05…${year}-${expected}`,
    );
  });

  test('instants are midnights of the zone, the end is the first one after', () => {
    const execute = (zone: string) => resolveStages(profile, '2026-05-25', zone)[1];
    expect(execute(ZONE)).toMatchObject({
      ordinal: 2,
      opensAt: new Date('2026-09-21T00:00:00+08:00'),
      closesAt: new Date('2026-12-11T00:00:00+08:00'),
    });
    expect(execute('UTC')?.closesAt).toEqual(new Date('2026-12-11T00:00:00Z'));
  });

  test('a stage that is over before the start is closed from the beginning', () => {
    expect(daysOf(profile, '2026-10-08')['mobilise']).toBe('2026-09-20…2026-09-20');
  });

  test('PLAN-07 stages may overlap and leave gaps', () => {
    const overlapping = edited(
      'month: 12, part: middle, edge: start',
      'month: 12, part: early, edge: start',
    );
    const gap = edited(
      'month: 9, part: late, edge: start',
      'month: 10, part: early, edge: start',
      overlapping,
    );
    expect(daysOf(loadText(gap).profile, '2026-05-25')).toMatchObject({
      mobilise: '2026-05-25…2026-09-20',
      execute: '2026-10-01…2026-12-10',
      check: '2026-12-01…2026-12-20',
    });
  });
});

describe('whether a cycle can still be launched', () => {
  const stages = resolveStages(profile, '2026-05-25', ZONE);
  test('AUTO-28 until the last day of the form’s stage', () => {
    expect(checkStages(profile, stages, '2026-12-10').ok).toBe(true);
    const late = checkStages(profile, stages, '2026-12-11');
    expect(!late.ok && late.refusal).toEqual({
      code: 'stageClosed',
      detail: { stage: '贯彻执行', lastDay: '2026-12-10' },
    });
  });
});
