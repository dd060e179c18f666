/** Days on which the organisation deviates from the state calendar. */
import type { Kysely } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Database } from './schema.ts';

export type CalendarOverride = {
  readonly day: Day;
  readonly working: boolean;
  readonly note: string;
};

/** All overrides, earliest first. */
export function listCalendarOverrides(db: Kysely<Database>): Promise<readonly CalendarOverride[]> {
  return db.selectFrom('calendar_override').selectAll().orderBy('day').execute();
}

/** Sets one day; a day that was set before takes the new value. */
export async function saveCalendarOverride(
  db: Kysely<Database>,
  override: CalendarOverride,
): Promise<void> {
  const { day, working, note } = override;
  await db
    .insertInto('calendar_override')
    .values({ day, working, note })
    .onConflict((conflict) => conflict.column('day').doUpdateSet({ working, note }))
    .execute();
}

/** Gives the day back to the state calendar; false when it had no override. */
export async function deleteCalendarOverride(db: Kysely<Database>, day: Day): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('calendar_override')
    .where('day', '=', day)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
