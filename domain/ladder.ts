/** The reminder ladder of a task: when to remind, and when to tell which superior (PLAN-32, ACCOUNT-16). */
import {
  addWorkdays,
  type Day,
  instantAt,
  previousWorkingDay,
  type WorkCalendar,
} from './calendar.ts';

export type Ladder = {
  /** `HH:MM`, the time of day of every rung. */
  readonly at: string;
  readonly before: readonly { readonly workdays: number }[];
  readonly onDue: boolean;
  readonly after: readonly { readonly workdays: number }[];
  readonly escalate: readonly { readonly workdays: number; readonly to: Superior }[];
};

export type Superior = 'superior' | 'nextSuperior';

export type Rung = {
  readonly kind: 'before' | 'onDue' | 'after' | 'escalated';
  readonly workdays: number;
  readonly to?: Superior;
  readonly at: Date;
  /** Stable for one ladder, e.g. `before-5`: what was handled is remembered by it. */
  readonly id: string;
};

type Place = Omit<Rung, 'at'> & { readonly on: Day };

/**
 * Every rung of a task due on `dueOn`, earliest first. Days are counted in working days, and the count starts at the
 * last working day up to `dueOn`, so that nothing falls on a day off. Two equal entries of a ladder are one rung.
 */
export function rungsOf(
  dueOn: Day,
  ladder: Ladder,
  calendar: WorkCalendar,
  zone: string,
): readonly Rung[] {
  const known = climbedBefore(ladder, calendar);
  const key = `${dueOn} ${zone}`;
  const rungs = known.get(key) ?? computeRungs(dueOn, ladder, calendar, zone);
  known.set(key, rungs);
  return rungs;
}

/** Thousands of tasks share a due day, and a kept calendar never changes. */
const climbed = new WeakMap<WorkCalendar, WeakMap<Ladder, Map<string, readonly Rung[]>>>();

function climbedBefore(ladder: Ladder, calendar: WorkCalendar): Map<string, readonly Rung[]> {
  const ofCalendar = climbed.get(calendar) ?? new WeakMap<Ladder, Map<string, readonly Rung[]>>();
  climbed.set(calendar, ofCalendar);
  const ofLadder = ofCalendar.get(ladder) ?? new Map<string, readonly Rung[]>();
  ofCalendar.set(ladder, ofLadder);
  return ofLadder;
}

function computeRungs(
  dueOn: Day,
  ladder: Ladder,
  calendar: WorkCalendar,
  zone: string,
): readonly Rung[] {
  const distinct = new Map(placesOf(dueOn, ladder, calendar).map((place) => [place.id, place]));
  return [...distinct.values()]
    .map(({ on, ...rung }) => ({ ...rung, at: instantAt(on, ladder.at, zone) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * The rungs of a task as it was opened. One that opens after its due day is late from the start: there is nothing to
 * announce any more, so it is only urged and escalated, counted from the day it opened.
 */
export function rungsOfTask(
  task: { readonly dueOn: Day; readonly openedOn: Day },
  ladder: Ladder,
  calendar: WorkCalendar,
  zone: string,
): readonly Rung[] {
  if (task.openedOn <= task.dueOn) return rungsOf(task.dueOn, ladder, calendar, zone);
  return rungsOf(task.openedOn, { ...ladder, before: [], onDue: false }, calendar, zone);
}

function placesOf(dueOn: Day, ladder: Ladder, calendar: WorkCalendar): readonly Place[] {
  const anchor = previousWorkingDay(dueOn, calendar);
  const dayAt = (workdays: number) => addWorkdays(anchor, workdays, calendar);
  return [
    ...ladder.before.map(
      ({ workdays }): Place => ({
        kind: 'before',
        workdays,
        on: dayAt(-workdays),
        id: `before-${workdays}`,
      }),
    ),
    ...(ladder.onDue ? [{ kind: 'onDue', workdays: 0, on: anchor, id: 'onDue' } as const] : []),
    ...ladder.after.map(
      ({ workdays }): Place => ({
        kind: 'after',
        workdays,
        on: dayAt(workdays),
        id: `after-${workdays}`,
      }),
    ),
    ...ladder.escalate.map(
      ({ workdays, to }): Place => ({
        kind: 'escalated',
        workdays,
        to,
        on: dayAt(workdays),
        id: `escalated-${workdays}-${to}`,
      }),
    ),
  ];
}

/**
 * What to do at `now` when everything up to and including `after` has been handled (null = nothing yet), and when to
 * look again. A plain reminder that a later one has overtaken is passed over; an escalation never is (ACCOUNT-16).
 */
export function dueRungs(
  rungs: readonly Rung[],
  after: Date | null,
  now: Date,
): { readonly fire: readonly Rung[]; readonly next: Rung | null } {
  const open = rungs.filter((rung) => after === null || rung.at > after);
  const passed = open.filter((rung) => rung.at <= now);
  const latestReminder = passed.findLast((rung) => rung.kind !== 'escalated');
  return {
    fire: passed.filter((rung) => rung.kind === 'escalated' || rung === latestReminder),
    next: open.find((rung) => rung.at > now) ?? null,
  };
}
