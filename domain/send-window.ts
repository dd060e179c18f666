/** Quiet hours: messages that nobody waits for go out in a daily window. */
import {
  addDays,
  type Day,
  dayOf,
  instantAt,
  nextWorkingDay,
  type WorkCalendar,
} from './calendar.ts';

/** Open from `from` up to, not including, `to` (`HH:MM`, `from` before `to`). */
export type SendWindow = {
  readonly from: string;
  readonly to: string;
  readonly workingDaysOnly: boolean;
};

/** `at` when the window is open then, else the instant of its next opening. */
export function nextSendInstant(
  at: Date,
  window: SendWindow,
  calendar: WorkCalendar,
  zone: string,
): Date {
  const day = dayOf(at, zone);
  const openingFrom = (earliest: Day) =>
    instantAt(
      window.workingDaysOnly ? nextWorkingDay(earliest, calendar) : earliest,
      window.from,
      zone,
    );
  if (window.workingDaysOnly && !calendar.isWorkingDay(day)) return openingFrom(day);
  if (at >= instantAt(day, window.to, zone)) return openingFrom(addDays(day, 1));
  const opening = instantAt(day, window.from, zone);
  return at < opening ? opening : at;
}
