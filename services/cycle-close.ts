/** Ends a cycle: by itself once its last stage is over and every form is decided, or by an administrator. */
import type { Writer } from '../db/client.ts';
import { cancelUnfinished, countUnfinished } from '../db/covered.ts';
import { type CycleRow, lockCycle, markClosed } from '../db/cycles.ts';
import { lapseTasksOfCycle } from '../db/tasks.ts';
import { cancelTimers, consumeTimer, type DueTimer } from '../db/timers.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { addDays, dayOf, instantAt } from '../domain/calendar.ts';
import type { TimerSpec } from '../domain/effect.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { STAGE_TIMER } from './fill-tasks.ts';
import { attempt, type Change, required } from './mutate.ts';
import { procedureSubject, TASK_TIMER } from './task.ts';

export const CYCLE_END_TIMER = 'cycleEnd';

export type Closed = { readonly cycleId: string; readonly cancelled: number };

/** The timer that looks at `dueAt` whether the cycle is finished. */
export const cycleEndTimer = (cycleId: string, dueAt: Date): TimerSpec => ({
  kind: CYCLE_END_TIMER,
  subject: cycleId,
  slot: 'end',
  dueAt,
});

/** The effect of a `cycleEnd` timer: closes the cycle, or looks again tomorrow while a form is still under way. */
export async function endCycle(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const cycle = await lockCycle(trx, timer.subject);
    if (cycle === undefined) throw new Error('timer of an unknown cycle');
    if (cycle.state === 'closed') {
      return { value: null, audit: [entryOf(cycle, 'cycle.endIgnored', {})] };
    }
    const unfinished = await countUnfinished(trx, cycle.id);
    if (unfinished > 0) {
      const tomorrow = instantAt(addDays(dayOf(ctx.now, ctx.zone), 1), '00:00', ctx.zone);
      return {
        value: null,
        timers: [cycleEndTimer(cycle.id, tomorrow)],
        audit: [entryOf(cycle, 'cycle.endPostponed', { unfinished })],
      };
    }
    await markClosed(trx, cycle.id);
    return { value: null, audit: [entryOf(cycle, 'cycle.closed', { cancelled: 0 })] };
  });
}

/** Closes cycle `id` whatever its state: what is not decided is cancelled and asks nobody any more. */
export async function closeCycle(ctx: Context, id: string): Promise<Result<Closed>> {
  if (ctx.actor.kind !== 'administrator') return refuse('roleRequired', { role: 'administrator' });
  if (!isUuid(id)) return refuse('notFound');
  return attempt(ctx, async (trx) => {
    const cycle = await lockCycle(trx, id);
    if (cycle === undefined) return required<Change<Closed>>(refuse('notFound'));
    if (cycle.state === 'closed') return required<Change<Closed>>(refuse('cycleClosed'));
    const cancelled = await cancelUnfinished(trx, id);
    const lapsed = await stopAsking(ctx, trx, id);
    await markClosed(trx, id);
    const messages = cancelled.flatMap(({ id: procedureId, revision, viewers }) =>
      viewers.map((person) => ({
        key: `closed-${procedureId}-${revision}-${person}`,
        to: { person },
        content: { kind: 'refresh' as const, subject: procedureSubject(procedureId) },
      })),
    );
    const entry = entryOf(cycle, 'cycle.closed', { cancelled: cancelled.length, lapsed });
    const entries = cancelled.map(
      (form): AuditEntry => ({
        subject: procedureSubject(form.id),
        action: 'selfCheck.cancelled',
        fields: { reason: 'cycleClosed' },
      }),
    );
    return {
      value: { cycleId: id, cancelled: cancelled.length },
      messages,
      audit: [entry, ...entries],
    };
  });
}

/** Ends the cycle's tasks and timers; returns how many tasks lapsed. */
async function stopAsking(ctx: Context, trx: Writer, cycleId: string): Promise<number> {
  const tasks = await lapseTasksOfCycle(trx, cycleId, ctx.now);
  await cancelTimers(trx, TASK_TIMER, tasks);
  await cancelTimers(trx, STAGE_TIMER, [cycleId]);
  await cancelTimers(trx, CYCLE_END_TIMER, [cycleId]);
  return tasks.length;
}

const entryOf = (cycle: CycleRow, action: string, fields: AuditEntry['fields']): AuditEntry => ({
  subject: `cycle:${cycle.id}`,
  action,
  fields,
});

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
