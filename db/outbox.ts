/** The outbox: claimed in batches, finished once, retried with the same key. */
import { type Kysely, sql } from 'kysely';
import type { Address, MessageContent } from '../domain/effect.ts';
import type { Database } from './schema.ts';

export type OutboxRow = {
  readonly id: string;
  readonly key: string;
  readonly personCode: string | null;
  readonly address: Address | null;
  readonly content: MessageContent;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
};

/**
 * Claims up to `limit` messages that are due, oldest first, one per receiver, so that a person's messages keep
 * their order. A claim ends by itself at `leaseUntil`.
 */
export async function claimMessages(
  db: Kysely<Database>,
  now: Date,
  leaseUntil: Date,
  limit: number,
): Promise<readonly OutboxRow[]> {
  const rows = await sql<{
    id: string;
    idempotency_key: string;
    person_code: string | null;
    address: unknown;
    content: unknown;
    created_at: Date;
    attempts: number;
    first_attempt_at: Date | null;
  }>`
    update outbox set
      lease_until = ${leaseUntil},
      attempts = attempts + 1,
      first_attempt_at = coalesce(first_attempt_at, ${now})
    where id in (
      select id from outbox as due
      where state = 'pending' and not_before <= ${now} and (lease_until is null or lease_until <= ${now})
        and not exists (
          select 1 from outbox as earlier
          where earlier.state = 'pending' and earlier.person_code = due.person_code
            and earlier.not_before <= ${now} and earlier.id < due.id
        )
      order by not_before, created_at, id
      limit ${limit}
      for update skip locked
    )
    returning id, idempotency_key, person_code, address, content, created_at, attempts, first_attempt_at`.execute(
    db,
  );
  return rows.rows
    .map((row) => ({
      id: row.id,
      key: row.idempotency_key,
      personCode: row.person_code,
      address: asAddress(row.address),
      content: asContent(row.content),
      createdAt: row.created_at,
      attempts: row.attempts,
      firstAttemptAt: row.first_attempt_at,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A claimed message: `attempts` tells the claim from one that somebody else has taken since. */
export type Claim = Pick<OutboxRow, 'id' | 'attempts'>;

/**
 * Ends a message: sent, given up (`dead`) or no longer wanted (`dropped`). False = the claim has ended, and whoever
 * claimed the message since decides.
 */
export async function finishMessage(
  db: Kysely<Database>,
  claim: Claim,
  outcome: {
    readonly state: 'sent' | 'dead' | 'dropped';
    readonly at: Date;
    readonly failure?: string;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({
      state: outcome.state,
      finished_at: outcome.at,
      lease_until: null,
      failure: outcome.failure ?? null,
    })
    .where('id', '=', claim.id)
    .where('attempts', '=', claim.attempts)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * Puts a message back until `notBefore`, unless the claim has ended. `counted` false = this attempt does not count
 * (the platform asked to wait).
 */
export async function postponeMessage(
  db: Kysely<Database>,
  claim: Claim,
  notBefore: Date,
  failure: string | null,
  counted: boolean,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set((eb) => ({
      not_before: notBefore,
      lease_until: null,
      failure,
      attempts: counted ? eb.ref('attempts') : eb('attempts', '-', 1),
    }))
    .where('id', '=', claim.id)
    .where('attempts', '=', claim.attempts)
    .where('state', '=', 'pending')
    .execute();
}

/** Lets no claim last longer than `until`. */
export async function shortenClaims(db: Kysely<Database>, until: Date): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ lease_until: until })
    .where('state', '=', 'pending')
    .where('lease_until', '>', until)
    .execute();
}

/**
 * When the next pending message can be claimed, or null: one that is being sent not before its claim ends, and those
 * behind it not before that is decided.
 */
export async function nextMessageAt(db: Kysely<Database>): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(greatest(not_before, coalesce(lease_until, not_before))) as at from outbox as waiting
    where state = 'pending' and not exists (
      select 1 from outbox as earlier
      where earlier.state = 'pending' and earlier.person_code = waiting.person_code
        and earlier.id < waiting.id and earlier.lease_until is not null
    )`.execute(db);
  return rows[0]?.at ?? null;
}

export type SentMessage = { readonly id: string; readonly at: Date };

/** The messages that went out after `since`. Reads the whole table: not for every run of a pump. */
export async function sentSince(
  db: Kysely<Database>,
  since: Date,
): Promise<readonly SentMessage[]> {
  const { rows } = await sql<SentMessage>`
    select id, finished_at as at from outbox where state = 'sent' and finished_at > ${since}`.execute(
    db,
  );
  return rows;
}

/**
 * Forgets up to `limit` messages that were sent or no longer wanted before `before`, the oldest first; how many. What
 * waits or was given up stays. Ids begin with their time, so that only what may be old enough is read.
 */
export async function forgetMessages(
  db: Kysely<Database>,
  before: Date,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where id in (
      select id from outbox
      where id < ${lowestIdAt(before)}::uuid and state in ('sent', 'dropped') and finished_at < ${before}
      order by id
      limit ${limit}
      for update skip locked
    )`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** The smallest id of version 7 that can have been made at `at` (RFC 9562, 5.7). */
function lowestIdAt(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** Counts for the administrator: waiting, given up, and the age of the oldest waiting message that is due. */
export async function outboxState(
  db: Kysely<Database>,
  now: Date,
): Promise<{ readonly pending: number; readonly dead: number; readonly oldestDueAt: Date | null }> {
  const { rows } = await sql<{ pending: number; dead: number; oldest: Date | null }>`
    select
      (select count(*) from outbox where state = 'pending') as pending,
      (select count(*) from outbox where state = 'dead') as dead,
      -- A message that is being retried has waited since its first attempt, whenever its next one is.
      (select min(coalesce(first_attempt_at, not_before)) from outbox
        where state = 'pending' and coalesce(first_attempt_at, not_before) <= ${now}) as oldest`.execute(
    db,
  );
  const [row] = rows;
  return {
    pending: row?.pending ?? 0,
    dead: row?.dead ?? 0,
    oldestDueAt: row?.oldest ?? null,
  };
}

/** Only `record_effects` writes this column, from a `MessageContent`. */
function asContent(value: unknown): MessageContent {
  return value as MessageContent;
}

/** Only `record_effects` writes this column, from an `Address`; JSON null reads as null. */
function asAddress(value: unknown): Address | null {
  return value as Address | null;
}

/** The key under which a replaced message is retired, once. */
export const retireKey = (messageRef: string): string => `retire-${messageRef}`;
