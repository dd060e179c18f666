/** Sends a live card anew before the platform lets the old one die, if its matter still waits for the person. */
import { openTasksOfProcedure } from '../db/tasks.ts';
import { consumeTimer, type DueTimer } from '../db/timers.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, type Change, required } from './mutate.ts';
import { procedureOfSubject } from './task.ts';

/** The effect of a `renewCard` timer: subject = `person|live-card subject`. */
export async function renewCard(ctx: Context, timer: DueTimer): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await consumeTimer(trx, timer, ctx.now))) return required<Change<null>>(refuse('stale'));
    const [person = '', subject = ''] = timer.subject.split('|');
    const procedureId = procedureOfSubject(subject);
    const tasks = procedureId === null ? [] : await openTasksOfProcedure(trx, procedureId);
    const waits = tasks.some(({ personCode }) => personCode === person);
    const message = {
      key: `renew-${timer.id}`,
      to: { person },
      content: { kind: 'announce' as const, subject },
    };
    const audit = { subject, action: 'card.renewed', fields: { person, sent: waits } };
    return { value: null, messages: waits ? [message] : [], audit: [audit] };
  });
}
