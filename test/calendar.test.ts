import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addWorkdays,
  dayOf,
  daysBetween,
  endOfDay,
  instantAt,
  isDay,
  nextWorkingDay,
  previousWorkingDay,
  resolveDayRule,
  weekdayOf,
} from '../domain/calendar.ts';
import { calendarCoverage, workCalendarOf } from '../services/calendar.ts';

const SHANGHAI = 'Asia/Shanghai';
const calendar = workCalendarOf([]);
const anyDay = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('days', () => {
  test.each(['2026-02-28', '2024-02-29', '2000-02-29', '2026-12-31'])('%s exists', (day) => {
    expect(isDay(day)).toBe(true);
  });

  test.each([
    '2026-02-30',
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    ' 2026-01-01',
    '2026-01-01T00:00',
    '',
  ])('%j is no day', (text) => {
    expect(isDay(text)).toBe(false);
  });

  test('weekdays run from Monday 1 to Sunday 7', () => {
    expect(weekdayOf('2026-05-25')).toBe(1);
    expect(weekdayOf('2026-05-31')).toBe(7);
  });

  test('adding and counting days are inverse, leap years included', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2024-01-01', '2025-01-01')).toBe(366);
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -3000, max: 3000 }), (day, days) => {
        expect(daysBetween(day, addDays(day, days))).toBe(days);
      }),
    );
  });

  test('arithmetic on a day that does not exist is an error, not a guess', () => {
    expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
    expect(() => instantAt('2026-05-25', '24:00', SHANGHAI)).toThrow(RangeError);
  });
});

describe('instants', () => {
  test('the business day changes at midnight in its zone', () => {
    expect(dayOf(new Date('2026-05-24T15:59:59.999Z'), SHANGHAI)).toBe('2026-05-24');
    expect(dayOf(new Date('2026-05-24T16:00:00Z'), SHANGHAI)).toBe('2026-05-25');
  });

  test('TC-06: a day ends where the next one begins', () => {
    expect(endOfDay('2026-05-25', SHANGHAI).toISOString()).toBe('2026-05-25T16:00:00.000Z');
  });

  test.each([
    ['2026-05-25', '09:00', SHANGHAI, '2026-05-25T01:00:00.000Z'],
    ['2026-03-08', '01:59', 'America/New_York', '2026-03-08T06:59:00.000Z'],
    ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08', '03:00', 'America/New_York', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01', '02:00', 'America/New_York', '2026-11-01T07:00:00.000Z'],
    ['2026-09-27', '03:30', 'Pacific/Auckland', '2026-09-26T14:30:00.000Z'],
    ['1988-04-17', '09:00', SHANGHAI, '1988-04-17T00:00:00.000Z'],
  ])('%s %s in %s is %s', (day, time, zone, instant) => {
    expect(instantAt(day, time, zone).toISOString()).toBe(instant);
  });

  test('every instant lies between the start and the end of its day, in zones with clock changes too', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1985-01-01'), max: new Date('2080-01-01'), noInvalidDate: true }),
        fc.constantFrom(SHANGHAI, 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago'),
        (instant, zone) => {
          const day = dayOf(instant, zone);
          expect(instantAt(day, '00:00', zone) <= instant).toBe(true);
          expect(endOfDay(day, zone) > instant).toBe(true);
        },
      ),
    );
  });
});

describe('working days', () => {
  test.each(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])(
    '%s is a make-up working day at a weekend',
    (day) => {
      expect(weekdayOf(day)).toBeGreaterThan(5);
      expect(calendar.isWorkingDay(day)).toBe(true);
    },
  );

  test.each(['2026-10-01', '2026-10-07', '2026-09-25', '2026-02-23', '2026-05-30'])(
    '%s is closed',
    (day) => {
      expect(calendar.isWorkingDay(day)).toBe(false);
    },
  );

  test('an override wins over the state calendar, both ways', () => {
    const own = workCalendarOf([
      { day: '2026-10-01', working: true, note: '' },
      { day: '2026-05-25', working: false, note: '' },
    ]);
    expect(own.isWorkingDay('2026-10-01')).toBe(true);
    expect(own.isWorkingDay('2026-05-25')).toBe(false);
    expect(own.isWorkingDay('2026-05-26')).toBe(true);
  });

  test('the state calendar is known up to a stated year', () => {
    expect(calendarCoverage()).toBeGreaterThanOrEqual(2026);
    expect(calendar.isWorkingDay(`${calendarCoverage()}-10-01`)).toBe(false);
  });

  test('the National Day week of 2026 is stepped over, its make-up days are counted', () => {
    expect(addWorkdays('2026-09-30', 1, calendar)).toBe('2026-10-08');
    expect(addWorkdays('2026-09-30', 3, calendar)).toBe('2026-10-10');
    expect(addWorkdays('2026-10-08', -1, calendar)).toBe('2026-09-30');
    expect(addWorkdays('2026-09-21', -1, calendar)).toBe('2026-09-20');
    expect(addWorkdays('2026-10-03', 0, calendar)).toBe('2026-10-03');
    expect(nextWorkingDay('2026-10-01', calendar)).toBe('2026-10-08');
    expect(nextWorkingDay('2026-10-10', calendar)).toBe('2026-10-10');
    expect(previousWorkingDay('2026-10-05', calendar)).toBe('2026-09-30');
  });

  test('from a working day, n forward and n back is the same day', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 60 }), (day, n) => {
        const start = nextWorkingDay(day, calendar);
        const there = addWorkdays(start, n, calendar);
        expect(calendar.isWorkingDay(there)).toBe(true);
        expect(addWorkdays(there, -n, calendar)).toBe(start);
      }),
    );
  });

  test('a calendar without working days is reported instead of searched for ever', () => {
    expect(() => nextWorkingDay('2026-01-01', { isWorkingDay: () => false })).toThrow(RangeError);
  });
});

describe('day rules', () => {
  test.each([
    ['early', 'start', '2026-09-01'],
    ['early', 'end', '2026-09-10'],
    ['middle', 'start', '2026-09-11'],
    ['middle', 'end', '2026-09-20'],
    ['late', 'start', '2026-09-21'],
    ['late', 'end', '2026-09-30'],
  ] as const)('PLAN-06: the %s part of September has its %s on %s', (part, edge, day) => {
    expect(resolveDayRule({ xun: { month: 9, part, edge } }, 2026)).toBe(day);
  });

  test.each([
    [2, 2026, '2026-02-28'],
    [2, 2028, '2028-02-29'],
    [12, 2026, '2026-12-31'],
    [1, 2026, '2026-01-31'],
  ])('PLAN-06: month %i of %i ends on %s', (month, year, day) => {
    expect(resolveDayRule({ xun: { month, part: 'late', edge: 'end' } }, year)).toBe(day);
  });

  test('PLAN-05: the same rule serves another year', () => {
    expect(resolveDayRule({ monthDay: '09-20' }, 2026)).toBe('2026-09-20');
    expect(resolveDayRule({ monthDay: '09-20' }, 2027)).toBe('2027-09-20');
    expect(resolveDayRule({ monthDay: '02-29' }, 2028)).toBe('2028-02-29');
    expect(resolveDayRule({ monthDay: '02-29' }, 2027)).toBe('2027-02-28');
    expect(resolveDayRule({ offsetDays: 40 }, 2026, '2026-12-01')).toBe('2027-01-10');
    expect(() => resolveDayRule({ monthDay: '09-31' }, 2026)).toThrow(RangeError);
  });

  test('AUTO-27 to AUTO-30: the four stages of the justice bureau in 2026', () => {
    const end = (month: number, part: 'early' | 'middle' | 'late') =>
      resolveDayRule({ xun: { month, part, edge: 'end' } }, 2026);
    expect(end(9, 'middle')).toBe('2026-09-20');
    expect(resolveDayRule({ xun: { month: 9, part: 'late', edge: 'start' } }, 2026)).toBe(
      '2026-09-21',
    );
    expect(end(12, 'early')).toBe('2026-12-10');
    expect(end(12, 'middle')).toBe('2026-12-20');
    expect(end(12, 'late')).toBe('2026-12-31');
  });
});
