/** Who a platform user is. */
import { type Arrival, readArrival } from '../db/arrivals.ts';
import type { Reader } from '../db/client.ts';
import { isGreeted, markGreeted, noteReached } from '../db/identity.ts';
import type { Day } from '../domain/calendar.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, type Change, newId, required } from './mutate.ts';

/** Who sent a delivery and what it is about, read at once; `procedureId` null = it speaks of no form. */
export const readSender = (
  db: Reader,
  from: Parameters<typeof readArrival>[1],
  day: Day,
): Promise<Arrival> => readArrival(db, from, day);

/** Notes the first greeting; false when this user has been greeted before. */
export async function greetOnce(ctx: Context, platform: string, userId: string): Promise<boolean> {
  // A refusal would take back what the same delivery has told of the chat.
  const db = ctx.work === undefined ? ctx.db : await ctx.work.reader();
  if (await isGreeted(db, platform, userId)) return false;
  const result = await attempt(ctx, async (trx) => {
    if (!(await markGreeted(trx, platform, userId, ctx.now)))
      return required<Change<null>>(refuse('alreadyDecided'));
    const audit = {
      subject: `greeting:${newId()}`,
      action: 'person.greeted',
      fields: { platform },
    };
    return { value: null, audit: [audit] };
  });
  return result.ok;
}

/** Remembers the direct chat with a person, where a message whose answer was lost can be looked for. */
export const noteChat = (
  db: Reader,
  platform: string,
  userId: string,
  chatRef: string,
): Promise<void> => noteReached(db, platform, userId, chatRef);
