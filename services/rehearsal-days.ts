/** The days of a rehearsal: when forms and steps are due at the latest, and how many working days are left for them. */
import {
  addDays,
  type Day,
  daysBetween,
  previousWorkingDay,
  type WorkCalendar,
  weekdayOf,
} from '../domain/calendar.ts';
import { submissionDays } from '../domain/cycle.ts';
import type { ProfileForm } from '../domain/profile.ts';
import type { Share } from '../domain/rehearsal.ts';
import type { LaunchPlan, Walk } from './launch-plan.ts';
import { dueDayOf } from './task.ts';

export type Deadline = {
  readonly day: Day;
  /** `makeUp`: a Saturday or Sunday on which people work (调休). */
  readonly kind: 'working' | 'makeUp' | 'rest';
  /** The day itself, or the last working day before it. */
  readonly lastWorkingDay: Day;
};

export type FormDays = {
  readonly stage: string;
  readonly opensOn: Day;
  readonly due: Deadline;
  /** By the step's place in the chain; the form's own step included. */
  readonly steps: readonly StepDeadline[];
};

/** `isPressed`: the step in front of it may end only after this one is due. */
export type StepDeadline = Deadline & { readonly isPressed: boolean };

const FRIDAY = 5;

/** `day` as people plan with it. */
export function deadlineOf(day: Day, calendar: WorkCalendar): Deadline {
  const isWorking = calendar.isWorkingDay(day);
  const makeUp = isWorking && weekdayOf(day) > FRIDAY;
  const kind = makeUp ? 'makeUp' : isWorking ? 'working' : 'rest';
  return { day, kind, lastWorkingDay: previousWorkingDay(day, calendar) };
}

/** The days of `form`; undefined when the start day is none the calendar covers. */
export function dueDaysOf(
  form: ProfileForm,
  { stages, today, startOn }: LaunchPlan,
  calendar: WorkCalendar,
): FormDays | undefined {
  const stage = stages.find(({ code }) => code === form.stage);
  if (stage === undefined) return undefined;
  const lastDay = submissionDays(form, startOn).latestOn ?? stage.lastDay;
  let reached = lastDay;
  const steps = form.steps.map((step) => {
    const end = step.kind === 'fill' ? lastDay : stage.lastDay;
    const due = dueDayOf(step, end, reached, calendar);
    const isPressed = due < reached;
    if (!isPressed) reached = due;
    return { ...deadlineOf(reached, calendar), isPressed };
  });
  const opensOn = stage.firstDay < today ? today : stage.firstDay;
  return { stage: stage.name, opensOn, due: deadlineOf(lastDay, calendar), steps };
}

/** What each reviewer has to do on a form. */
export function sharesOf(
  walks: readonly Walk[],
  { opensOn, due, steps }: FormDays,
  calendar: WorkCalendar,
): readonly Share[] {
  const openDays = workingDaysIn(opensOn, due.day, calendar);
  const counts = new Map<string, { person: string; among: number; place: number; forms: number }>();
  for (const { owed, steps: walked } of walks) {
    for (const { step, needed } of walked) {
      const place = owed.form.steps.indexOf(step);
      for (const [person, among] of sharing(needed)) {
        const key = `${person} ${place} ${among}`;
        const known = counts.get(key) ?? { person, among, place, forms: 0 };
        counts.set(key, { ...known, forms: known.forms + 1 });
      }
    }
  }
  return [...counts.values()].map(({ place, ...count }) => {
    const from = steps[place - 1]?.day ?? due.day;
    const to = steps[place]?.day ?? due.day;
    return { ...count, openDays, limitDays: workingDaysIn(addDays(from, 1), to, calendar) };
  });
}

/** With how many each person shares a form; several receipts to confirm are one form, counted with the fewest. */
function sharing(needed: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const among = new Map<string, number>();
  for (const group of needed)
    for (const person of group)
      among.set(person, Math.min(group.length, among.get(person) ?? group.length));
  return among;
}

function workingDaysIn(from: Day, to: Day, calendar: WorkCalendar): number {
  const span = Math.max(0, daysBetween(from, to) + 1);
  return Array.from({ length: span }, (_, n) => addDays(from, n)).filter(calendar.isWorkingDay)
    .length;
}
