/**
 * Keeps the running cycles in step with the organisation, and open reviews with those who hold the role (ORG-07): when an assignment began or ended, the step's tasks move
 * from the old holders to the new ones. Runs after every import and every morning, since assignments end by date.
 */
import { lockProcedure, reviewsInProgress } from '../db/procedures.ts';
import { closeTasksOf, openTasksOfProcedure } from '../db/tasks.ts';
import { cancelTimers, consumeTimer, type DueTimer } from '../db/timers.ts';
import { addDays, dayOf, instantAt } from '../domain/calendar.ts';
import type { TimerSpec } from '../domain/effect.ts';
import { currentAssignees } from '../domain/procedure-people.ts';
import { refuse } from '../domain/refusal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import { cancelFormsOfTheGone } from './departure.ts';
import { eachByItself } from './each.ts';
import { extendCycles } from './extension.ts';
import { attempt, attemptFrom, type Change, required } from './mutate.ts';
import { holdProcedure } from './procedure.ts';
import { passOnForms } from './succession.ts';
import { openTasks, procedureSubject, TASK_TIMER } from './task.ts';

export const REASSIGN_TIMER = 'reassign';
const MORNING = '06:00';

/** The timer that looks for moved roles at `dueAt`. */
export const reassignTimer = (dueAt: Date): TimerSpec => ({
  kind: REASSIGN_TIMER,
  subject: 'organisation',
  slot: 'daily',
  dueAt,
});

/**
 * The effect of a `reassign` timer: people who left or came, every open review, then again tomorrow morning.
 * @throws when one of them failed, after all others were looked at: what failed is tried again before tomorrow
 */
export async function reassignReviews(ctx: Context, timer: DueTimer): Promise<void> {
  const passed = await passOnForms(ctx);
  const gone = await cancelFormsOfTheGone(ctx);
  const came = await extendCycles(ctx);
  const reviews = await reviewsInProgress(ctx.db);
  const moved = await eachByItself(ctx, reviews, (id) => reassignReview(ctx, id));
  const failed = passed + gone + came + moved;
  if (failed > 0) throw new Error(`failed for ${failed} of the organisation's forms and cycles`);
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const tomorrow = instantAt(addDays(dayOf(ctx.now, ctx.zone), 1), MORNING, ctx.zone);
    const audit = {
      subject: 'organisation:reviews',
      action: 'reviews.checked',
      fields: { next: tomorrow.toISOString() },
    };
    return { value: null, timers: [reassignTimer(tomorrow)], audit: [audit] };
  });
}

/** Moves one review's tasks to the present holders; nothing happens when they have them already. */
async function reassignReview(ctx: Context, procedureId: string): Promise<void> {
  await attemptFrom(ctx, async (unit) => {
    const trx = await unit.begin();
    await lockProcedure(trx, procedureId);
    const held = await holdProcedure(ctx, unit, procedureId);
    const step = held.form.steps[held.row.state.stepIndex];
    const entitled = currentAssignees(held.form.steps, held.row.state, held.facts);
    const open = await openTasksOfProcedure(trx, procedureId);
    // Whoever was asked for additions has been asked; nobody has to add anything.
    const asksAgain = step?.kind !== 'comment';
    const added = entitled.filter(
      (person) => asksAgain && !open.some((task) => task.personCode === person),
    );
    const gone = open.filter((task) => !entitled.includes(task.personCode));
    const nobodyNew = added.length === 0 && (gone.length === 0 || entitled.length === 0);
    if (step === undefined || step.kind === 'fill' || nobodyNew)
      return required<Change<null>>(refuse('wrongState'));
    await closeTasksOf(
      trx,
      gone.map(({ id }) => id),
      ctx.now,
    );
    await cancelTimers(
      trx,
      TASK_TIMER,
      gone.map(({ id }) => id),
    );
    const { revision } = held.row.state;
    const dueOn = open[0]?.dueOn ?? held.today;
    const plan = { procedureId, stepId: step.id, assignees: added, dueOn, revision };
    const calendar = await loadWorkCalendar(trx);
    const notBefore = nextSendInstant(
      ctx.now,
      held.profile.settings.sendWindow,
      calendar,
      ctx.zone,
    );
    const rules = { profile: held.profile, calendar, notBefore };
    const opened = await openTasks(ctx, trx, added.length === 0 ? [] : [plan], rules);
    const subject = procedureSubject(procedureId);
    const refreshes = gone.map(({ personCode, id }) => ({
      key: `moved-${id}`,
      to: { person: personCode },
      content: { kind: 'refresh' as const, subject },
    }));
    const fields = { step: step.id, from: gone.map((task) => task.personCode), to: added };
    return {
      value: null,
      messages: [
        ...opened.messages.map((message) => ({
          ...message,
          key: `${message.key}-moved-${ctx.now.getTime()}`,
        })),
        ...refreshes,
      ],
      timers: opened.timers,
      audit: [{ subject, action: 'review.reassigned', fields }],
    };
  });
}
