/** Opens a stage when its day comes: scheduled forms become tasks, and everyone gets one card. */
import { findCycle, stagesOf } from '../db/cycles.ts';
import { openScheduled } from '../db/procedures.ts';
import { consumeTimer, type DueTimer } from '../db/timers.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { fillPlan, formStage } from './fill-tasks.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';
import { openTasks } from './task.ts';

/** The effect of a `stage` timer: subject = cycle, slot = stage code. Firing it again does nothing. */
export async function openStage(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const cycle = await findCycle(trx, timer.subject);
    const stage = (await stagesOf(trx, timer.subject)).find(({ code }) => code === timer.slot);
    if (cycle === undefined || stage === undefined) throw new Error('timer of an unknown stage');
    const profile = frozenProfile(cycle.profile);
    const opened = await openScheduled(trx, cycle.id, timer.slot);
    const ending = formStage(stage, ctx.zone);
    const plans = opened.map(({ subject, formCode, ...form }) =>
      fillPlan(frozenForm(profile, formCode), { ...form, writer: subject }, ending),
    );
    const calendar = await loadWorkCalendar(trx);
    // The timer is due inside the window, but a product that was down fires it whenever it is up again.
    const notBefore = nextSendInstant(ctx.now, profile.settings.sendWindow, calendar, ctx.zone);
    const effects = await openTasks(ctx, trx, plans, { profile, calendar, notBefore });
    const fields = { stage: timer.slot, forms: opened.length };
    return {
      ...effects,
      value: null,
      audit: [{ subject: `cycle:${cycle.id}`, action: 'stage.opened', fields }],
    };
  });
}
