/** Who a platform user is. */
import type { Reader } from '../db/client.ts';
import { markGreeted, noteReached, personOfIdentity } from '../db/identity.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, type Change, newId, required } from './mutate.ts';

/** A known person and the direct chat with him, as far as it is known. */
export type Identified = {
  readonly personCode: string;
  readonly name: string;
  readonly chatRef: string | null;
};

/** The active person behind a platform user, or undefined. */
export const identify = (
  db: Reader,
  platform: string,
  userId: string,
): Promise<Identified | undefined> => personOfIdentity(db, platform, userId);

/** Notes the first greeting; false when this user has been greeted before. */
export async function greetOnce(ctx: Context, platform: string, userId: string): Promise<boolean> {
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
