/** Many matters in one go, each in a transaction of its own. */
import { nextTimerAt } from '../db/timers.ts';
import type { Context } from './context.ts';

/**
 * Does `work` for each of `ids`; one that fails is reported by its id and keeps none of the others back. Returns how
 * many failed.
 * @throws when the database does not answer: then all others would fail as well
 */
export async function eachByItself(
  ctx: Context,
  ids: readonly string[],
  work: (id: string) => Promise<void>,
): Promise<number> {
  let failed = 0;
  for (const id of ids) {
    try {
      await work(id);
    } catch (error) {
      await nextTimerAt(ctx.db, ctx.now);
      ctx.report?.(id, error);
      failed += 1;
    }
  }
  return failed;
}
