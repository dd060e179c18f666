/** Rows of the audit tables that single operations read or change; `audit-read.ts` streams all of them. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { ACTOR_FIELD, ERASURES, KEYS, type SealedEntry } from '../domain/audit.ts';
import { compareBytes } from '../domain/canonical.ts';
import type { Database } from './schema.ts';

/** Appends `entries` to their chains. Verbs leave this to `recordEffects`. */
export async function recordAudit(
  trx: Transaction<Database>,
  entries: readonly SealedEntry[],
): Promise<void> {
  await sql`select record_audit(${JSON.stringify(entries)}::jsonb)`.execute(trx);
}

/** Which openings to erase: those of a chain, an entry or a field, or every field that holds a certain value. */
export type AuditSelector =
  | { readonly subject: string; readonly seq?: number; readonly field?: string }
  | { readonly field: string; readonly value: string };

export type ErasedOpening = {
  readonly subject: string;
  readonly seq: number;
  readonly field: string;
};

/**
 * Erases the selected openings at `now` and returns them in chain order. What the audit records about erasures and keys
 * stays, or an erasure could no longer be told from a loss; only the actor's code can go.
 */
export async function eraseOpenings(
  trx: Transaction<Database>,
  selector: AuditSelector,
  now: Date,
): Promise<readonly ErasedOpening[]> {
  let update = trx
    .updateTable('audit_opening')
    .set({ salt: null, value: null, erased_at: now })
    .where('erased_at', 'is', null)
    .where((eb) =>
      eb.or([eb('subject', 'not in', [ERASURES, KEYS]), eb('field', '=', ACTOR_FIELD)]),
    );
  if ('value' in selector) {
    update = update
      .where('field', '=', selector.field)
      .where('value', '=', JSON.stringify(selector.value));
  } else {
    update = update.where('subject', '=', selector.subject);
    if (selector.seq !== undefined) update = update.where('seq', '=', selector.seq);
    if (selector.field !== undefined) update = update.where('field', '=', selector.field);
  }
  const erased = await update.returning(['subject', 'seq', 'field']).execute();
  return erased.toSorted(
    (first, second) => compareBytes(first.subject, second.subject) || first.seq - second.seq,
  );
}

/** Registers a public key; false when it was registered before. */
export async function insertKey(
  trx: Transaction<Database>,
  key: { readonly keyId: string; readonly publicKey: string },
  now: Date,
): Promise<boolean> {
  const result = await trx
    .insertInto('audit_key')
    .values({ key_id: key.keyId, public_key: key.publicKey, created_at: now })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Waits until no other transaction writes a checkpoint; released with the transaction. */
export async function lockCheckpoints(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('audit_checkpoint', 0))`.execute(trx);
}

/** The newest checkpoint, hash in hex. */
export async function lastCheckpoint(
  db: Kysely<Database>,
): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
  const row = await db
    .selectFrom('audit_checkpoint')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row && { seq: row.seq, hash: row.hash.toString('hex') };
}

/** When the newest checkpoint was signed. */
export async function lastCheckpointAt(db: Kysely<Database>): Promise<Date | null> {
  const row = await db
    .selectFrom('audit_checkpoint')
    .select(sql<Date>`(body::jsonb ->> 'at')::timestamptz`.as('at'))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

/**
 * Notes under checkpoint `seq` every head that moved since it was last sealed. The marks say which: a mark is committed
 * with its entry, so one that comes later than it was numbered waits for the next checkpoint and is not missed.
 */
export async function insertMovedHeads(trx: Transaction<Database>, seq: number): Promise<number> {
  const result = await sql`
    with moved as (delete from audit_moved returning subject)
    insert into audit_checkpoint_head (checkpoint_seq, subject, seq, hash)
    select ${seq}::bigint, head.subject, head.seq, head.hash
    from (select distinct subject from moved) as marked
    join audit_head as head on head.subject = marked.subject
    where not exists (
      select from audit_checkpoint_head as sealed
      where sealed.subject = head.subject and sealed.seq = head.seq
    )`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

export type CheckpointRow = {
  readonly seq: number;
  readonly body: string;
  /** Hex, as is `signature`. */
  readonly hash: string;
  readonly keyId: string;
  readonly signature: string;
};

export async function insertCheckpoint(
  trx: Transaction<Database>,
  { seq, body, hash, keyId, signature }: CheckpointRow,
): Promise<void> {
  await trx
    .insertInto('audit_checkpoint')
    .values({
      seq,
      body,
      hash: Buffer.from(hash, 'hex'),
      key_id: keyId,
      signature: Buffer.from(signature, 'hex'),
    })
    .execute();
}
