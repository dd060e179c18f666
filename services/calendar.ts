/** Working days: the state calendar with its make-up days (调休), corrected by the organisation's own overrides. */
// The package's tables, not its functions: those read a day by the process's zone and are a day off west of Greenwich.

import stateCalendar from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { type CalendarOverride, listCalendarOverrides } from '../db/calendar.ts';
import type { Reader } from '../db/client.ts';
import { type Day, type WorkCalendar, weekdayOf } from '../domain/calendar.ts';

const FRIDAY = 5;

const closed: ReadonlySet<Day> = new Set(Object.keys(stateCalendar.holidays));
const madeUp: ReadonlySet<Day> = new Set(Object.keys(stateCalendar.workdays));

/** The working days as they are now; overrides saved later are not seen. */
export async function loadWorkCalendar(db: Reader): Promise<WorkCalendar> {
  return workCalendarOf(await listCalendarOverrides(db));
}

/** The state calendar with `overrides` on top. Beyond `calendarCoverage` it knows weekends only. */
export function workCalendarOf(overrides: readonly CalendarOverride[]): WorkCalendar {
  if (overrides.length === 0) return stateWorkCalendar;
  const overridden = new Map(overrides.map(({ day, working }) => [day, working]));
  return { isWorkingDay: (day) => overridden.get(day) ?? isStateWorkingDay(day) };
}

/** The last year whose public holidays are known; later years need overrides or newer tables. */
export function calendarCoverage(): number {
  return Math.max(...[...closed].map((day) => Number(day.slice(0, 4))));
}

const isStateWorkingDay = (day: Day): boolean =>
  madeUp.has(day) || (weekdayOf(day) <= FRIDAY && !closed.has(day));

/** One value for everybody who has no overrides: what is computed from it can be kept. */
const stateWorkCalendar: WorkCalendar = { isWorkingDay: isStateWorkingDay };
