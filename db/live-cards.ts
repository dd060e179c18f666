/** Live cards: the one message per person and subject that is kept up to date. */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export type LiveCard = {
  readonly personCode: string;
  readonly subject: string;
  readonly platform: string;
  readonly messageRef: string;
  readonly contentHash: string;
  readonly sentAt: Date;
};

/** The live card of (person, subject), or undefined. */
export async function findLiveCard(
  db: Kysely<Database>,
  personCode: string,
  subject: string,
): Promise<LiveCard | undefined> {
  const row = await db
    .selectFrom('live_card')
    .selectAll()
    .where('person_code', '=', personCode)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row === undefined ? undefined : toLiveCard(row);
}

/** Makes a sent message the live card of its person and subject. */
export async function putLiveCard(db: Kysely<Database>, card: LiveCard): Promise<void> {
  const values = {
    platform: card.platform,
    message_ref: card.messageRef,
    content_hash: card.contentHash,
    sent_at: card.sentAt,
  };
  await db
    .insertInto('live_card')
    .values({ person_code: card.personCode, subject: card.subject, ...values })
    .onConflict((conflict) => conflict.columns(['person_code', 'subject']).doUpdateSet(values))
    .execute();
}

/** Notes what a live card shows now, unless somebody has noted something else since `read` was read. */
export async function noteLiveContent(
  db: Kysely<Database>,
  read: LiveCard,
  contentHash: string,
): Promise<void> {
  await db
    .updateTable('live_card')
    .set({ content_hash: contentHash })
    .where('platform', '=', read.platform)
    .where('message_ref', '=', read.messageRef)
    .where('content_hash', '=', read.contentHash)
    .execute();
}

/** Forgets a live card that can no longer be changed. */
export async function dropLiveCard(
  db: Kysely<Database>,
  platform: string,
  messageRef: string,
): Promise<void> {
  await db
    .deleteFrom('live_card')
    .where('platform', '=', platform)
    .where('message_ref', '=', messageRef)
    .execute();
}

/** Who has a live card of `subject`. */
export async function viewersOf(db: Kysely<Database>, subject: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('live_card')
    .select('person_code')
    .where('subject', '=', subject)
    .execute();
  return rows.map((row) => row.person_code);
}

function toLiveCard(row: Database['live_card']): LiveCard {
  return {
    personCode: row.person_code,
    subject: row.subject,
    platform: row.platform,
    messageRef: row.message_ref,
    contentHash: row.content_hash,
    sentAt: row.sent_at,
  };
}
