/**
 * Tells the noted reminders (PLAN-32): the daily lane once per person and working day, the urgent lane (due today,
 * overdue, escalated) at once, both only while the send window is open.
 */
import { type Lane, spendAttention, type TakenReminder, takeReminders } from '../db/reminders.ts';
import { consumeTimers, type DueTimer } from '../db/timers.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { addDays, dayOf, instantAt, type WorkCalendar } from '../domain/calendar.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant, type SendWindow } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { attempt, type Change, required } from './mutate.ts';

export const DIGEST_TIMER = 'digest';

/** When and within which window a cycle's reminders of this instant are told. */
export type Telling = { readonly dueAt: Date; readonly window: SendWindow };

/** Worked out once for all the reminders of a cycle. */
export const tellingAt = (ctx: Context, window: SendWindow, calendar: WorkCalendar): Telling => ({
  dueAt: nextSendInstant(ctx.now, window, calendar, ctx.zone),
  window,
});

/** One digest timer per person and lane: reminders that fall together are told together. */
export const digestTimer = (person: string, lane: Lane, { dueAt, window }: Telling): TimerSpec => ({
  kind: DIGEST_TIMER,
  subject: person,
  slot: lane,
  dueAt,
  payload: { from: window.from, to: window.to, workingDaysOnly: window.workingDaysOnly ? 1 : 0 },
});

/** The effect of `digest` timers: subject = person, slot = lane; one message each with everything that waits. */
export async function tellReminders(
  ctx: Context,
  timers: readonly DueTimer[],
): Promise<ReadonlySet<string>> {
  const result = await attempt(ctx, async (trx) => {
    const taken = await consumeTimers(trx, timers, ctx.now);
    const mine = timers.filter(({ id }) => taken.has(id));
    const calendar = await loadWorkCalendar(trx);
    const today = dayOf(ctx.now, ctx.zone);
    const openingOf = openingsOnce(ctx, calendar, ctx.now);
    const open = mine.filter((timer) => openingOf(timer) <= ctx.now);
    const daily = open.filter((timer) => laneOf(timer) === 'daily').map(({ subject }) => subject);
    const unspent = await spendAttention(trx, daily, today);
    const telling = new Set(
      open.filter((timer) => laneOf(timer) === 'urgent' || unspent.has(timer.subject)),
    );
    const waiting = [...telling].map((timer) => ({
      personCode: timer.subject,
      lane: laneOf(timer),
    }));
    const idsOf = byReceiver(await takeReminders(trx, waiting, ctx.now));
    // The window is closed, or today's message has been spent.
    const tomorrow = openingsOnce(ctx, calendar, instantAt(addDays(today, 1), '00:00', ctx.zone));
    const outcomes = mine.map((timer) => {
      if (telling.has(timer)) return told(timer, idsOf(timer));
      const opening = openingOf(timer);
      return postponed(timer, opening > ctx.now ? opening : tomorrow(timer));
    });
    const [first, ...rest] = outcomes.map(({ audit }) => audit);
    if (first === undefined) return required<Change<ReadonlySet<string>>>(refuse('stale'));
    return {
      value: taken,
      messages: outcomes.flatMap(({ message }) => message ?? []),
      timers: outcomes.flatMap(({ timer }) => timer ?? []),
      audit: [first, ...rest],
    };
  });
  return result.ok ? result.value : new Set();
}

type Outcome = {
  readonly audit: AuditEntry;
  readonly message?: Message;
  readonly timer?: TimerSpec;
};

const laneOf = ({ slot }: DueTimer): Lane => (slot === 'urgent' ? 'urgent' : 'daily');

/** When each timer's window is open next from `from` on; most have the same window. */
function openingsOnce(ctx: Context, calendar: WorkCalendar, from: Date): (timer: DueTimer) => Date {
  const known = new Map<string, Date>();
  return (timer) => {
    const window = windowOf(timer);
    const key = `${window.from} ${window.to} ${window.workingDaysOnly}`;
    const opening = known.get(key) ?? nextSendInstant(from, window, calendar, ctx.zone);
    known.set(key, opening);
    return opening;
  };
}

function byReceiver(taken: readonly TakenReminder[]): (timer: DueTimer) => readonly string[] {
  const groups = Map.groupBy(taken, ({ personCode, lane }) => `${lane} ${personCode}`);
  return (timer) =>
    (groups.get(`${laneOf(timer)} ${timer.subject}`) ?? []).map(({ id }) => id).toSorted();
}

function told(timer: DueTimer, ids: readonly string[]): Outcome {
  const fields = { person: timer.subject, lane: laneOf(timer), reminders: ids };
  const audit = { subject: `digest:${timer.id}`, action: 'reminder.told', fields };
  if (ids.length === 0) return { audit };
  const content = { kind: 'digest' as const, reminderIds: ids };
  return { audit, message: { key: `digest-${timer.id}`, to: { person: timer.subject }, content } };
}

/** The reminders wait until `dueAt`. */
function postponed({ kind, subject, slot, payload }: DueTimer, dueAt: Date): Outcome {
  const audit = {
    subject: `person:${subject}`,
    action: 'reminder.postponed',
    fields: { until: dueAt.toISOString() },
  };
  return { audit, timer: { kind, subject, slot, payload, dueAt } };
}

const windowOf = ({ payload }: DueTimer): SendWindow => ({
  from: String(payload['from']),
  to: String(payload['to']),
  workingDaysOnly: payload['workingDaysOnly'] === 1,
});
