/** Days and working days as the state announces them, read from its tables without the product's help. */
import stateCalendar from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import type { ClockMove } from './schedule.ts';

const DAY_MS = 86_400_000;
/** Beijing has no summer time. */
const OFFSET_MS = 8 * 3_600_000;
const off = new Set(Object.keys(stateCalendar.holidays));
const madeUp = new Set(Object.keys(stateCalendar.workdays));

/** The day in Beijing, `YYYY-MM-DD`. */
export const dayAt = (instant: Date): string =>
  new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, 10);

/** The instant at which clocks in Beijing show `day` and `time`, `HH:MM:SS`. */
export const instantOn = (day: string, time: string): Date => new Date(`${day}T${time}+08:00`);

export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export function isWorkingDay(day: string): boolean {
  if (madeUp.has(day)) return true;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !off.has(day);
}

/** `count` working days after `day`, before it when negative. */
export function workingDaysFrom(day: string, count: number): string {
  let at = day;
  for (let left = Math.abs(count); left > 0; ) {
    at = dayAfter(at, Math.sign(count));
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}

/** The last working day up to `day`. */
export const workingDayUpTo = (day: string): string =>
  isWorkingDay(day) ? day : workingDayUpTo(dayAfter(day, -1));

const clockTimes: Readonly<Record<Exclude<ClockMove, 'holiday'>, string>> = {
  midnight: '23:59:57',
  morning: '05:59:58',
  opening: '08:29:58',
  rungs: '08:59:58',
};

/** Where a move sets the clock that shows `now`: the next such time of day, or the morning after the next days off. */
export function destinationOf(move: ClockMove, now: Date): Date {
  const today = dayAt(now);
  if (move === 'holiday') return instantOn(morningAfterDaysOff(today), clockTimes.rungs);
  const next = instantOn(today, clockTimes[move]);
  return next > now ? next : instantOn(dayAfter(today), clockTimes[move]);
}

/** The first working day that follows at least two days off. */
function morningAfterDaysOff(today: string): string {
  let daysOff = 0;
  for (let day = dayAfter(today); ; day = dayAfter(day)) {
    if (!isWorkingDay(day)) daysOff += 1;
    else if (daysOff >= 2) return day;
    else daysOff = 0;
  }
}
