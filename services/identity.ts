/** Who a platform user is. */
import type { Reader } from '../db/client.ts';
import { markGreeted, personOfIdentity } from '../db/identity.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, type Change, newId, required } from './mutate.ts';

/** The active person behind a platform user, or undefined. */
export const identify = (
  db: Reader,
  platform: string,
  userId: string,
): Promise<{ readonly personCode: string; readonly name: string } | undefined> =>
  personOfIdentity(db, platform, userId);

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
