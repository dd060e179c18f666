import { describe, expect, test } from 'vitest';
import { checkStages, rehearseChain, resolveStages } from '../domain/cycle.ts';
import type { Profile } from '../domain/profile.ts';
import { edited, facts, form, loadText, profile } from './support/shipped-profile.ts';

const ZONE = 'Asia/Shanghai';
const daysOf = (given: Profile, startOn: string, zone = ZONE): Record<string, string> =>
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

describe('the rehearsal of a chain', () => {
  const refusalOf = (author: string, holders: typeof facts.holders, strict = false) => {
    const steps = strict
      ? form.steps.map((step) =>
          step.kind === 'sign' ? { ...step, ifNobody: 'refuse' as const } : step,
        )
      : form.steps;
    const result = rehearseChain({ ...form, steps }, author, { ...facts, holders });
    return result.ok ? null : result.refusal;
  };

  test.each(['author', 'head', 'leader', 'principal', 'office', 'member'])(
    'everybody of a complete organisation has reviewers (%s)',
    (author) => {
      expect(refusalOf(author, facts.holders)).toBeNull();
    },
  );

  test('without anybody to decide the launch is refused, and the step is named', () => {
    const refusal = { code: 'noReviewer', detail: { step: '领导小组审定' } };
    expect(refusalOf('author', { department_head: ['head'] })).toEqual(refusal);
    expect(refusalOf('office', { leading_group_office: ['office'] })).toEqual(refusal);
  });

  test('a signature nobody can give is passed over or refused, as the step says', () => {
    const holders = { leading_group_office: ['office'] };
    expect(refusalOf('author', holders)).toBeNull();
    expect(refusalOf('author', holders, true)).toEqual({
      code: 'noReviewer',
      detail: { step: '股室负责人签署意见' },
    });
  });

  test('one person cannot give both signatures', () => {
    const holders = {
      department_head: ['p'],
      leader_in_charge: ['p'],
      leading_group_office: ['o'],
    };
    expect(refusalOf('author', holders, true)).toMatchObject({
      detail: { step: '分管领导签署意见' },
    });
    expect(refusalOf('author', { ...holders, leader_in_charge: ['p', 'q'] }, true)).toBeNull();
  });
});
