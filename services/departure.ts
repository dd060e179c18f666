/** Ends the forms of people who have left: nobody is urged about somebody who is gone. */
import { cancelFormOfTheGone, formsOfTheGone } from '../db/covered.ts';
import { viewersOf } from '../db/live-cards.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { eachByItself } from './each.ts';
import { attempt, type Change, required } from './mutate.ts';
import { endTasks, procedureSubject } from './task.ts';

/** Cancels every form that lies with an author who has left; one that is being reviewed goes on. How many failed. */
export const cancelFormsOfTheGone = async (ctx: Context): Promise<number> =>
  eachByItself(ctx, await formsOfTheGone(ctx.db), (id) => cancelOne(ctx, id));

async function cancelOne(ctx: Context, id: string): Promise<void> {
  await attempt(ctx, async (trx) => {
    if (!(await cancelFormOfTheGone(trx, id))) return required<Change<null>>(refuse('stale'));
    const lapsed = await endTasks(trx, id, '', ctx.now);
    const subject = procedureSubject(id);
    const messages = (await viewersOf(trx, subject)).map((person) => ({
      key: `cancelled-${id}-${ctx.now.getTime()}-${person}`,
      to: { person },
      content: { kind: 'refresh' as const, subject },
    }));
    const fields = { reason: 'authorLeft', lapsed };
    return { value: null, messages, audit: [{ subject, action: 'selfCheck.cancelled', fields }] };
  });
}
