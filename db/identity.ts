/** Platform identities of people: lookup, reachability, the chat each one has with the bot. */
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

export type Identity = {
  readonly platform: string;
  readonly userId: string;
  readonly chatRef: string | null;
  readonly unreachableAt: Date | null;
};

/** Whether a user has been greeted. */
export async function isGreeted(
  db: Kysely<Database>,
  platform: string,
  userId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('person_identity')
    .select('greeted_at')
    .where('platform', '=', platform)
    .where('platform_user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined && row.greeted_at !== null;
}

/** Notes that a user was greeted; false when that had happened before. */
export async function markGreeted(
  db: Kysely<Database>,
  platform: string,
  userId: string,
  at: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('person_identity')
    .set({ greeted_at: at })
    .where('platform', '=', platform)
    .where('platform_user_id', '=', userId)
    .where('greeted_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether a person belongs to the organisation no more. */
export async function hasLeft(db: Kysely<Database>, personCode: string): Promise<boolean> {
  const row = await db
    .selectFrom('person')
    .select('status')
    .where('code', '=', personCode)
    .executeTakeFirst();
  return row?.status === 'left';
}

/** Every identity of a person, reachable ones first; somebody who has left is written to no more. */
export async function identitiesFor(
  db: Kysely<Database>,
  personCode: string,
): Promise<readonly Identity[]> {
  const rows = await db
    .selectFrom('person_identity')
    .innerJoin('person', 'person.code', 'person_identity.person_code')
    .select(['platform', 'platform_user_id', 'chat_ref', 'unreachable_at'])
    .where('person_code', '=', personCode)
    .where('person.status', '=', 'active')
    .orderBy('platform')
    .execute();
  const identities = rows.map((row) => ({
    platform: row.platform,
    userId: row.platform_user_id,
    chatRef: row.chat_ref,
    unreachableAt: row.unreachable_at,
  }));
  return identities.toSorted(
    (a, b) => Number(a.unreachableAt !== null) - Number(b.unreachableAt !== null),
  );
}

/** Notes the direct chat a message went to, which also shows that the person can be reached. */
export async function noteReached(
  db: Kysely<Database>,
  platform: string,
  userId: string,
  chatRef: string,
): Promise<void> {
  await db
    .updateTable('person_identity')
    .set({ chat_ref: chatRef, unreachable_at: null })
    .where('platform', '=', platform)
    .where('platform_user_id', '=', userId)
    .where((eb) =>
      eb.or([eb('chat_ref', 'is distinct from', chatRef), eb('unreachable_at', 'is not', null)]),
    )
    .execute();
}

/** Notes that the platform refuses to deliver to a user. */
export async function noteUnreachable(
  db: Kysely<Database>,
  platform: string,
  userId: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable('person_identity')
    .set({ unreachable_at: at })
    .where('platform', '=', platform)
    .where('platform_user_id', '=', userId)
    .execute();
}

/** Those of `people` who have no account at any platform. */
export async function peopleWithoutAccount(
  db: Kysely<Database>,
  people: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ code: string }>`
    select code from unnest(${[...people]}::text[]) as asked (code)
    where not exists (select from person_identity where person_code = asked.code)`.execute(db);
  return new Set(rows.map(({ code }) => code));
}
