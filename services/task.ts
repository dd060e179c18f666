/** Opens and closes tasks together with their reminder timers and cards. */
import type { Writer } from '../db/client.ts';
import { closeTasks, insertTasks, type TaskRow } from '../db/tasks.ts';
import { cancelTimers } from '../db/timers.ts';
import { addWorkdays, type Day, dayOf, type WorkCalendar } from '../domain/calendar.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import { dueRungs, rungsOfTask } from '../domain/ladder.ts';
import type { Profile } from '../domain/profile.ts';
import type { Step } from '../domain/profile-steps.ts';
import type { Context } from './context.ts';
import { newId } from './mutate.ts';

/** The subject of a procedure's live card. */
export const procedureSubject = (procedureId: string): string => `procedure:${procedureId}`;

/** The procedure a live-card subject speaks of, or null. */
export function procedureOfSubject(subject: string): string | null {
  return subject.startsWith('procedure:') ? subject.slice('procedure:'.length) : null;
}

export const TASK_TIMER = 'task';

export type TaskPlan = {
  readonly procedureId: string;
  readonly stepId: string;
  readonly assignees: readonly string[];
  readonly dueOn: Day;
  /** Distinguishes this opening from an earlier one of the same step: the procedure's revision. */
  readonly revision: number;
};

export type TaskEffects = {
  readonly messages: readonly Message[];
  readonly timers: readonly TimerSpec[];
};

/** The last day of `step`: its stage's last day, or so many working days from today. */
export function dueDayOf(step: Step, stageLastDay: Day, today: Day, calendar: WorkCalendar): Day {
  return step.limit === 'stageEnd'
    ? stageLastDay
    : addWorkdays(today, step.limit.workdays, calendar);
}

export type TaskRules = {
  readonly profile: Profile;
  readonly calendar: WorkCalendar;
  /** Holds the cards back. */
  readonly notBefore?: Date;
};

export type PlannedTasks = TaskEffects & { readonly tasks: readonly TaskRow[] };

/** One task per assignee with its first reminder and its card; nothing is written yet. */
export function planTasks(
  ctx: Context,
  plans: readonly TaskPlan[],
  rules: TaskRules,
): PlannedTasks {
  const tasks = plans.flatMap((plan) =>
    plan.assignees.map((personCode) => ({
      id: newId(),
      procedureId: plan.procedureId,
      stepId: plan.stepId,
      personCode,
      dueOn: plan.dueOn,
      openedAt: ctx.now,
    })),
  );
  const firstAt = firstRungAt(ctx, plans, rules);
  const timers = tasks.flatMap((task): TimerSpec[] => {
    const dueAt = firstAt.get(task.dueOn);
    return dueAt === undefined ? [] : [taskTimer(task.id, dueAt)];
  });
  const messages = plans.flatMap((plan) =>
    plan.assignees.map((person) =>
      announce(plan.procedureId, plan.revision, person, rules.notBefore),
    ),
  );
  return { tasks, messages, timers };
}

/** Plans the tasks and writes them. */
export async function openTasks(
  ctx: Context,
  trx: Writer,
  plans: readonly TaskPlan[],
  rules: TaskRules,
): Promise<TaskEffects> {
  const { tasks, messages, timers } = planTasks(ctx, plans, rules);
  if (tasks.length > 0) await insertTasks(trx, tasks);
  return { messages, timers };
}

/** A fresh card about the procedure for `person`. */
function announce(
  procedureId: string,
  revision: number,
  person: string,
  notBefore?: Date,
): Message {
  return {
    key: `announce-${procedureId}-${revision}-${person}`,
    to: { person },
    content: { kind: 'announce', subject: procedureSubject(procedureId) },
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

/** The timer of a task's next rung. */
export const taskTimer = (taskId: string, dueAt: Date): TimerSpec => ({
  kind: TASK_TIMER,
  subject: taskId,
  slot: 'ladder',
  dueAt,
});

/** Ends the open tasks of a procedure and their reminders; returns who had one. */
export async function endTasks(
  trx: Writer,
  procedureId: string,
  doneBy: string,
  at: Date,
): Promise<readonly string[]> {
  const closed = await closeTasks(trx, procedureId, doneBy, at);
  await cancelTimers(
    trx,
    TASK_TIMER,
    closed.map((task) => task.id),
  );
  return closed.map((task) => task.personCode);
}

/** When the first reminder of each due day is: rungs that lie before the task was opened are not made up for. */
function firstRungAt(
  ctx: Context,
  plans: readonly TaskPlan[],
  rules: TaskRules,
): ReadonlyMap<Day, Date> {
  const days = new Set(plans.map((plan) => plan.dueOn));
  const openedOn = dayOf(ctx.now, ctx.zone);
  const ladder = rules.profile.settings.reminders;
  const firsts = [...days].flatMap((day): [Day, Date][] => {
    const rungs = rungsOfTask({ dueOn: day, openedOn }, ladder, rules.calendar, ctx.zone);
    const { next } = dueRungs(rungs, ctx.now, ctx.now);
    return next === null ? [] : [[day, next.at]];
  });
  return new Map(firsts);
}
