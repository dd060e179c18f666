import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type Day, dayOf } from '../domain/calendar.ts';
import { dueRungs, type Ladder, rungsOf, rungsOfTask } from '../domain/ladder.ts';
import { nextSendInstant, type SendWindow } from '../domain/send-window.ts';
import { workCalendarOf } from '../services/calendar.ts';

const ZONE = 'Asia/Shanghai';
const calendar = workCalendarOf([]);
const at = (day: Day, time = '09:00') => new Date(`${day}T${time}:00+08:00`);

const ladder: Ladder = {
  at: '09:00',
  before: [{ workdays: 5 }, { workdays: 1 }],
  onDue: true,
  after: [{ workdays: 1 }, { workdays: 3 }],
  escalate: [
    { workdays: 3, to: 'superior' },
    { workdays: 5, to: 'nextSuperior' },
  ],
};
const plan = (dueOn: Day) =>
  rungsOf(dueOn, ladder, calendar, ZONE).map((rung) => [rung.id, dayOf(rung.at, ZONE)]);
const ids = (rungs: readonly { id: string }[]) => rungs.map((rung) => rung.id);

const anyDay = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2023-06-01', days));
const workdays = fc.array(fc.record({ workdays: fc.integer({ min: 1, max: 15 }) }), {
  maxLength: 4,
});
const anyLadder: fc.Arbitrary<Ladder> = fc.record({
  at: fc.constantFrom('00:00', '09:00', '23:59'),
  before: workdays,
  onDue: fc.boolean(),
  after: workdays,
  escalate: fc.array(
    fc.record({
      workdays: fc.integer({ min: 1, max: 15 }),
      to: fc.constantFrom('superior', 'nextSuperior'),
    }),
    { maxLength: 4 },
  ),
});

describe('PLAN-32 reminder ladder', () => {
  test('due on 2026-10-08, straight after the National Day week, with make-up days counted', () => {
    expect(plan('2026-10-08')).toEqual([
      ['before-5', '2026-09-23'],
      ['before-1', '2026-09-30'],
      ['onDue', '2026-10-08'],
      ['after-1', '2026-10-09'],
      ['after-3', '2026-10-12'],
      ['escalated-3-superior', '2026-10-12'],
      ['escalated-5-nextSuperior', '2026-10-14'],
    ]);
  });

  test('a task that opens after its due day is urged and escalated from the day it opened', () => {
    const span = { dueOn: '2026-10-08', openedOn: '2026-10-17' };
    const late = rungsOfTask(span, ladder, calendar, ZONE);
    expect(late.map((rung) => [rung.id, dayOf(rung.at, ZONE)])).toEqual([
      ['after-1', '2026-10-19'],
      ['after-3', '2026-10-21'],
      ['escalated-3-superior', '2026-10-21'],
      ['escalated-5-nextSuperior', '2026-10-23'],
    ]);
    const inTime = rungsOfTask({ ...span, openedOn: span.dueOn }, ladder, calendar, ZONE);
    expect(inTime).toEqual(rungsOf(span.dueOn, ladder, calendar, ZONE));
  });

  test('AUTO-27: due on Sunday 2026-09-20, which is a working day', () => {
    expect(plan('2026-09-20')).toContainEqual(['onDue', '2026-09-20']);
    expect(plan('2026-09-20')).toContainEqual(['before-1', '2026-09-18']);
  });

  test('a due day off: due reminder on the working day before, later rungs after the due day', () => {
    expect(plan('2026-10-03')).toEqual([
      ['before-5', '2026-09-22'],
      ['before-1', '2026-09-29'],
      ['onDue', '2026-09-30'],
      ['after-1', '2026-10-08'],
      ['after-3', '2026-10-10'],
      ['escalated-3-superior', '2026-10-10'],
      ['escalated-5-nextSuperior', '2026-10-13'],
    ]);
  });

  test('rungs stand at the ladder’s time of day', () => {
    expect(rungsOf('2026-05-25', ladder, calendar, ZONE)[2]?.at).toEqual(at('2026-05-25'));
  });

  test('rungs are sorted, distinct and never on a day off', () => {
    fc.assert(
      fc.property(anyDay, anyLadder, (dueOn, some) => {
        const rungs = rungsOf(dueOn, some, calendar, ZONE);
        const instants = rungs.map((rung) => rung.at.getTime());
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        expect(new Set(ids(rungs)).size).toBe(rungs.length);
        for (const rung of rungs) expect(calendar.isWorkingDay(dayOf(rung.at, ZONE))).toBe(true);
        for (const rung of rungs.filter(({ kind }) => kind === 'after' || kind === 'escalated')) {
          expect(dayOf(rung.at, ZONE) > dueOn).toBe(true);
        }
      }),
    );
  });
});

describe('what is due', () => {
  const rungs = rungsOf('2026-10-08', ladder, calendar, ZONE);

  test('one rung at its very instant, then nothing until the next', () => {
    const first = dueRungs(rungs, at('2026-09-22'), at('2026-09-23'));
    expect(ids(first.fire)).toEqual(['before-5']);
    expect(first.next?.id).toBe('before-1');
    expect(dueRungs(rungs, at('2026-09-23'), at('2026-09-29')).fire).toEqual([]);
  });

  test('ACCOUNT-16: after a jump only the latest reminder fires, but every escalation', () => {
    const { fire, next } = dueRungs(rungs, null, at('2026-10-20'));
    expect(ids(fire)).toEqual(['after-3', 'escalated-3-superior', 'escalated-5-nextSuperior']);
    expect(next).toBeNull();
  });

  test('a clock that went back fires nothing again', () => {
    const { fire, next } = dueRungs(rungs, at('2026-10-09'), at('2026-09-23'));
    expect(fire).toEqual([]);
    expect(next?.id).toBe('after-3');
  });

  test('whenever the pump wakes, every escalation fires exactly once and no rung twice', () => {
    fc.assert(
      fc.property(
        anyDay,
        anyLadder,
        fc.array(fc.integer({ min: -60 * 24, max: 60 * 24 }), { maxLength: 12 }),
        (dueOn, some, hours) => {
          const all = rungsOf(dueOn, some, calendar, ZONE);
          const wakes = [...hours, 60 * 24].sort((a, b) => a - b);
          const fired: string[] = [];
          let handled: Date | null = null;
          for (const hour of wakes) {
            const now = new Date(at(dueOn).getTime() + hour * 3_600_000);
            fired.push(...ids(dueRungs(all, handled, now).fire));
            handled = now;
          }
          const escalations = ids(all.filter(({ kind }) => kind === 'escalated'));
          expect(new Set(fired).size).toBe(fired.length);
          expect(fired.filter((id) => id.startsWith('escalated')).sort()).toEqual(
            [...escalations].sort(),
          );
          expect(fired.filter((id) => !id.startsWith('escalated')).length).toBeLessThanOrEqual(
            wakes.length,
          );
        },
      ),
    );
  });
});

describe('send window', () => {
  const window: SendWindow = { from: '08:30', to: '18:00', workingDaysOnly: true };

  test.each([
    ['inside', '2026-05-25', '10:00', '2026-05-25', '10:00'],
    ['at the opening', '2026-05-25', '08:30', '2026-05-25', '08:30'],
    ['too early', '2026-05-25', '07:00', '2026-05-25', '08:30'],
    ['at the closing', '2026-05-25', '18:00', '2026-05-26', '08:30'],
    ['Friday night', '2026-05-22', '20:00', '2026-05-25', '08:30'],
    ['a make-up Saturday', '2026-10-10', '09:00', '2026-10-10', '09:00'],
    ['before the National Day week', '2026-09-30', '18:01', '2026-10-08', '08:30'],
    ['in the National Day week', '2026-10-02', '10:00', '2026-10-08', '08:30'],
  ])('%s', (_name, day, time, sentDay, sentTime) => {
    expect(nextSendInstant(at(day, time), window, calendar, ZONE)).toEqual(at(sentDay, sentTime));
  });

  test('without the working-day rule a Sunday is like any other day', () => {
    const daily = { ...window, workingDaysOnly: false };
    expect(nextSendInstant(at('2026-05-24', '10:00'), daily, calendar, ZONE)).toEqual(
      at('2026-05-24', '10:00'),
    );
    expect(nextSendInstant(at('2026-05-24', '20:00'), daily, calendar, ZONE)).toEqual(
      at('2026-05-25', '08:30'),
    );
  });

  test('never earlier than asked, idempotent, open, and on a working day when that is demanded', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2026-12-01'), noInvalidDate: true }),
        fc.boolean(),
        (asked, workingDaysOnly) => {
          const rule = { ...window, workingDaysOnly };
          const sent = nextSendInstant(asked, rule, calendar, ZONE);
          expect(sent >= asked).toBe(true);
          expect(nextSendInstant(sent, rule, calendar, ZONE)).toEqual(sent);
          const day = dayOf(sent, ZONE);
          expect(sent >= at(day, '08:30') && sent < at(day, '18:00')).toBe(true);
          if (workingDaysOnly) expect(calendar.isWorkingDay(day)).toBe(true);
        },
      ),
    );
  });
});
