/**
 * Reminds and escalates (PLAN-32, ACCOUNT-16). A task's timer notes what is to be told; a digest timer tells it:
 * the daily lane once per person and working day, the urgent lane (due today, overdue, escalated) at once, both
 * only while the send window is open.
 */
import type { Writer } from '../db/client.ts';
import { postsOf } from '../db/organisation.ts';
import { findProcedure, type ProcedureRow } from '../db/procedures.ts';
import {
  insertReminders,
  type NewReminder,
  spendAttention,
  takeReminders,
} from '../db/reminders.ts';
import { findOpenTask, type OpenTask } from '../db/tasks.ts';
import { consumeTimer, type DueTimer } from '../db/timers.ts';
import { addDays, type Day, dayOf, instantAt, type WorkCalendar } from '../domain/calendar.ts';
import type { TimerSpec } from '../domain/effect.ts';
import { dueRungs, type Rung, rungsOfTask } from '../domain/ladder.ts';
import { superiorsOf } from '../domain/procedure.ts';
import type { Profile } from '../domain/profile.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant, type SendWindow } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { frozenProfile } from './frozen-profile.ts';
import { attempt, type Change, newId, required } from './mutate.ts';
import { loadFacts } from './procedure-facts.ts';
import { taskTimer } from './task.ts';

export const DIGEST_TIMER = 'digest';

/** The effect of a `task` timer: notes the rungs that are due and arms the next one. */
export async function climbLadder(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const task = await findOpenTask(trx, timer.subject);
    const row = task === undefined ? undefined : await findProcedure(trx, task.procedureId);
    if (task === undefined || row === undefined) return lapsed(timer.subject);
    const profile = frozenProfile(row.profile);
    const calendar = await loadWorkCalendar(trx);
    const span = { dueOn: task.dueOn, openedOn: dayOf(task.openedAt, ctx.zone) };
    const rungs = rungsOfTask(span, profile.settings.reminders, calendar, ctx.zone);
    const { fire, next } = dueRungs(rungs, new Date(timer.dueAt.getTime() - 1), ctx.now);
    const superiors = await superiorsFor(trx, task, row, dayOf(ctx.now, ctx.zone));
    const reminders = fire.flatMap((rung) => remindersOf(ctx, task, rung, superiors));
    await insertReminders(trx, reminders);
    const digests = reminders.map((reminder) => digestTimer(ctx, reminder, profile, calendar));
    const timers = next === null ? digests : [...digests, taskTimer(task.id, next.at)];
    const fields = {
      task: task.id,
      rungs: fire.map(({ id }) => id),
      told: reminders.map((each) => each.personCode),
    };
    return {
      value: null,
      timers,
      audit: [{ subject: `procedure:${row.id}`, action: 'task.reminded', fields }],
    };
  });
}

/** The task was closed while an earlier rung of it was climbed: its timer ends here, or it would fire for ever. */
const lapsed = (task: string): Change<null> => ({
  value: null,
  audit: [{ subject: `task:${task}`, action: 'task.reminderLapsed', fields: {} }],
});

/** The effect of a `digest` timer: subject = person, slot = lane; one message with everything that waits. */
export async function tellReminders(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const calendar = await loadWorkCalendar(trx);
    const opening = nextSendInstant(ctx.now, windowOf(timer), calendar, ctx.zone);
    if (opening > ctx.now) return postponed(timer, opening);
    const lane = timer.slot === 'urgent' ? 'urgent' : 'daily';
    const today = dayOf(ctx.now, ctx.zone);
    if (lane === 'daily' && !(await spendAttention(trx, timer.subject, today))) {
      const tomorrow = instantAt(addDays(today, 1), '00:00', ctx.zone);
      return postponed(timer, nextSendInstant(tomorrow, windowOf(timer), calendar, ctx.zone));
    }
    const ids = await takeReminders(trx, timer.subject, lane, ctx.now);
    const message = {
      key: `digest-${timer.id}`,
      to: { person: timer.subject },
      content: { kind: 'digest' as const, reminderIds: ids },
    };
    const audit = {
      subject: `digest:${timer.id}`,
      action: 'reminder.told',
      fields: { person: timer.subject, lane, reminders: ids },
    };
    return { value: null, messages: ids.length === 0 ? [] : [message], audit: [audit] };
  });
}

/** The reminders wait: the window is closed, or today's message has been spent. */
function postponed(timer: DueTimer, dueAt: Date): Change<null> {
  const { kind, subject, slot, payload } = timer;
  const audit = {
    subject: `person:${subject}`,
    action: 'reminder.postponed',
    fields: { until: dueAt.toISOString() },
  };
  return { value: null, timers: [{ kind, subject, slot, payload, dueAt }], audit: [audit] };
}

const windowOf = ({ payload }: DueTimer): SendWindow => ({
  from: String(payload['from']),
  to: String(payload['to']),
  workingDaysOnly: payload['workingDaysOnly'] === 1,
});

/** The levels above a task's assignee in his own department; a reviewer often sits in another one than the author. */
async function superiorsFor(
  trx: Writer,
  task: OpenTask,
  row: ProcedureRow,
  today: Day,
): Promise<readonly (readonly string[])[]> {
  const [post] = await postsOf(trx, task.personCode, today);
  const departmentCode = post?.departmentCode ?? row.departmentCode;
  const place = { departmentCode, unitCode: row.unitCode };
  return superiorsOf(task.personCode, await loadFacts(trx, place, today));
}

/** Whom a rung tells: the person himself, or the superior it escalates to. */
function remindersOf(
  ctx: Context,
  task: OpenTask,
  rung: Rung,
  superiors: readonly (readonly string[])[],
): readonly NewReminder[] {
  const base = { taskId: task.id, kind: rung.kind, createdAt: ctx.now };
  if (rung.kind !== 'escalated') {
    const lane = rung.kind === 'before' ? ('daily' as const) : ('urgent' as const);
    return [{ ...base, id: newId(), personCode: task.personCode, lane }];
  }
  const told = superiors[rung.to === 'superior' ? 0 : 1] ?? [];
  return told.map((personCode) => ({ ...base, id: newId(), personCode, lane: 'urgent' as const }));
}

/** One digest timer per person and lane: reminders that fall together are told together. */
function digestTimer(
  ctx: Context,
  reminder: NewReminder,
  profile: Profile,
  calendar: WorkCalendar,
): TimerSpec {
  const window = profile.settings.sendWindow;
  return {
    kind: DIGEST_TIMER,
    subject: reminder.personCode,
    slot: reminder.lane,
    dueAt: nextSendInstant(ctx.now, window, calendar, ctx.zone),
    payload: { from: window.from, to: window.to, workingDaysOnly: window.workingDaysOnly ? 1 : 0 },
  };
}
