/** Calendar days, instants in a zone, working days and the date rules of a profile (PLAN-05, PLAN-06). */

/** `YYYY-MM-DD`. Days in this form sort and compare as text. */
export type Day = string;

export type WorkCalendar = { readonly isWorkingDay: (day: Day) => boolean };

type YearRule =
  /** `MM-DD`; 02-29 means the last day of February in a common year. */
  | { readonly monthDay: string }
  | {
      readonly xun: {
        readonly month: number;
        readonly part: 'early' | 'middle' | 'late';
        readonly edge: 'start' | 'end';
      };
    };

/** When something begins or falls due: a day of the year, a 旬 boundary, or days counted from the start of the cycle. */
export type DayRule = YearRule | { readonly offsetDays: number };

const DAY_MS = 86_400_000;
/** Longer closures do not exist; reaching it means that the calendar has no working day at all. */
const LONGEST_CLOSURE_DAYS = 366;

/** Whether `text` is a day that exists, written `YYYY-MM-DD`; 2026-02-30 is not. */
export const isDay = (text: string): text is Day => !Number.isNaN(parseDay(text));

/** Midnight UTC of `text` in milliseconds; NaN when there is no such day. */
function parseDay(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.NaN;
  const at = Date.parse(`${text}T00:00:00Z`);
  // A day past the end of its month rolls over into the next one.
  return new Date(at).getUTCDate() === Number(text.slice(8)) ? at : Number.NaN;
}

/** The day that `instant` belongs to in `zone`. */
export function dayOf(instant: Date, zone: string): Day {
  return new Date(wallClockOf(instant.getTime(), zone)).toISOString().slice(0, 10);
}

/** What clocks in `zone` show at `instant`, `HH:MM`. */
export function timeOf(instant: Date, zone: string): string {
  return new Date(wallClockOf(instant.getTime(), zone)).toISOString().slice(11, 16);
}

/**
 * The instant at which clocks in `zone` show `time` (`HH:MM`) on `day`. A time that occurs twice means the first one;
 * a time that a clock change skips means as much after the change as it was meant after midnight.
 */
export function instantAt(day: Day, time: string, zone: string): Date {
  const wall = utcOf(day) + minutesOf(time) * 60_000;
  const early = wall - DAY_MS;
  const late = wall + DAY_MS;
  const beforeChange = wall - (wallClockOf(early, zone) - early);
  const afterChange = wall - (wallClockOf(late, zone) - late);
  const shown = [beforeChange, afterChange].filter((at) => wallClockOf(at, zone) === wall);
  return new Date(shown.length > 0 ? Math.min(...shown) : beforeChange);
}

/** The first instant after `day`: a deadline on `day` has passed from here on. */
export const endOfDay = (day: Day, zone: string): Date => instantAt(addDays(day, 1), '00:00', zone);

/** `days` calendar days after `day`; before it when negative. */
export const addDays = (day: Day, days: number): Day =>
  new Date(utcOf(day) + days * DAY_MS).toISOString().slice(0, 10);

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: Day): number => new Date(utcOf(day)).getUTCDay() || 7;

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => (utcOf(to) - utcOf(from)) / DAY_MS;

/** `day` itself when it is a working day, else the next one. */
export const nextWorkingDay = (day: Day, calendar: WorkCalendar): Day => seek(day, 1, calendar);

/** `day` itself when it is a working day, else the one before. */
export const previousWorkingDay = (day: Day, calendar: WorkCalendar): Day =>
  seek(day, -1, calendar);

/** The `n`-th working day after `day` (before it when negative); `day` itself, working or not, when `n` is 0. */
export function addWorkdays(day: Day, n: number, calendar: WorkCalendar): Day {
  const step = Math.sign(n);
  let reached = day;
  for (let left = Math.abs(n); left > 0; left -= 1) {
    reached = seek(addDays(reached, step), step, calendar);
  }
  return reached;
}

/**
 * The day a profile's rule means (PLAN-05, PLAN-06: 上旬 1–10, 中旬 11–20, 下旬 21–month end). A rule that counts from
 * the start of the cycle needs `startOn`. Throws RangeError for a month or day that no year has.
 */
export function resolveDayRule(rule: YearRule, year: number): Day;
export function resolveDayRule(rule: DayRule, year: number, startOn: Day): Day;
export function resolveDayRule(rule: DayRule, year: number, startOn?: Day): Day {
  if ('offsetDays' in rule) {
    if (startOn === undefined)
      throw new RangeError('a rule counted from the start needs the start');
    return addDays(startOn, rule.offsetDays);
  }
  if ('monthDay' in rule) {
    const day = `${year}-${rule.monthDay}`;
    return rule.monthDay === '02-29' && !isDay(day) ? `${year}-02-28` : realDay(day);
  }
  const { month, part, edge } = rule.xun;
  const inMonth = (date: string) => realDay(`${year}-${String(month).padStart(2, '0')}-${date}`);
  if (edge === 'start') return inMonth({ early: '01', middle: '11', late: '21' }[part]);
  return part === 'late' ? lastOfMonth(inMonth('01')) : inMonth(part === 'early' ? '10' : '20');
}

function lastOfMonth(firstDay: Day): Day {
  const inNextMonth = addDays(firstDay, 31);
  return addDays(`${inNextMonth.slice(0, 8)}01`, -1);
}

function seek(day: Day, step: number, calendar: WorkCalendar): Day {
  let candidate = day;
  for (let tried = 0; tried < LONGEST_CLOSURE_DAYS; tried += 1) {
    if (calendar.isWorkingDay(candidate)) return candidate;
    candidate = addDays(candidate, step);
  }
  throw new RangeError(`no working day within a year of ${day}`);
}

function realDay(text: string): Day {
  if (!isDay(text)) throw new RangeError(`no such day: ${text}`);
  return text;
}

function utcOf(day: Day): number {
  const at = parseDay(day);
  if (Number.isNaN(at)) throw new RangeError(`no such day: ${day}`);
  return at;
}

function minutesOf(time: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (match === null) throw new RangeError(`no such time of day: ${time}`);
  return Number(match[1]) * 60 + Number(match[2]);
}

const formats = new Map<string, Intl.DateTimeFormat>();

const QUARTER_MS = 900_000;
const MOST_OFFSETS = 10_000;
const offsets = new Map<string, number>();

/** What clocks in `zone` show at `instant`, written as if it were UTC, in whole seconds (milliseconds). */
function wallClockOf(instant: number, zone: string): number {
  const quarter = Math.floor(instant / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  const second = Math.floor(instant / 1000) * 1000;
  const known = offsets.get(key);
  if (known !== undefined) return second + known;
  const first = quarter * QUARTER_MS;
  const offset = formattedClock(first, zone) - first;
  const last = first + QUARTER_MS - 1000;
  // Asking the formatter costs more than all the rest of a click's dates; within a quarter of an hour a clock hardly
  // ever changes, and one in which it does is not kept.
  if (formattedClock(last, zone) - last !== offset) return formattedClock(second, zone);
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  offsets.set(key, offset);
  return second + offset;
}

function formattedClock(instant: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const time = [number('hour'), number('minute'), number('second')] as const;
  return Date.UTC(number('year'), number('month') - 1, number('day'), ...time);
}

/** Building a format costs far more than using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
