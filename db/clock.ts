/** Where the business clock was set. */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export type ClockSetting = { readonly realAt: Date; readonly businessAt: Date };

/** The stored setting; undefined = the clock was never moved. */
export async function readClock(db: Kysely<Database>): Promise<ClockSetting | undefined> {
  const row = await db
    .selectFrom('clock_setting')
    .select(['real_at', 'business_at'])
    .executeTakeFirst();
  return row === undefined ? undefined : { realAt: row.real_at, businessAt: row.business_at };
}

/** Stores a new setting. */
export async function writeClock(db: Kysely<Database>, setting: ClockSetting): Promise<void> {
  const values = { real_at: setting.realAt, business_at: setting.businessAt };
  await db
    .insertInto('clock_setting')
    .values(values)
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet(values))
    .execute();
}
