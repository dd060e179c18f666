/** An administrator's word on a day overrules the holiday library. */
import { deleteCalendarOverride, saveCalendarOverride } from '../db/calendar.ts';
import type { Day } from '../domain/calendar.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, required } from './mutate.ts';

/** Declares `day` a working day or a day off. */
export const setCalendarOverride = (
  ctx: Context,
  override: { readonly day: Day; readonly working: boolean; readonly note: string },
): Promise<Result<null>> =>
  attempt(ctx, async (trx) => {
    await saveCalendarOverride(trx, override);
    return {
      value: null,
      audit: [
        { subject: 'calendar:overrides', action: 'calendar.overridden', fields: { ...override } },
      ],
    };
  });

/** Takes an override back; the library's word counts again. */
export const clearCalendarOverride = (ctx: Context, day: Day): Promise<Result<null>> =>
  attempt(ctx, async (trx) => {
    if (!(await deleteCalendarOverride(trx, day))) return required(refuse('notFound'));
    return {
      value: null,
      audit: [
        { subject: 'calendar:overrides', action: 'calendar.overrideCleared', fields: { day } },
      ],
    };
  });
