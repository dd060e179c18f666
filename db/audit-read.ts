/** Streams the audit tables in the order of `compareRecords`, a page of entries at a time. */
import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SealedHead } from '../domain/audit-checkpoint.ts';
import {
  type AuditRecord,
  type CheckpointRecord,
  compareRecords,
  type EntryRecord,
  type HeadRecord,
  type OpeningRecord,
  type SealedRecord,
} from '../domain/audit-record.ts';
import type { Database } from './schema.ts';

const PAGE = 2_000;
const SLICE = 1_000;
const HEAD_PAGE = 10_000;

/** A place between entries. Numbers stay text: a damaged one may be too large for a JavaScript number. */
type Cursor = { readonly subject: string; readonly seq: string };
type Page = { readonly records: readonly AuditRecord[]; readonly end: Cursor | null };

const START: Cursor = { subject: '', seq: '-9223372036854775808' };

/** Runs `read` on one unchanging view of the database, whatever is written meanwhile. */
export function withSnapshot<T>(
  db: Kysely<Database>,
  read: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(read);
}

/** All audit rows; the next page is fetched while the caller works on this one. */
export async function* readAuditRecords(
  trx: Transaction<Database>,
): AsyncGenerator<readonly AuditRecord[]> {
  // The planner takes a range of (subject, seq) for a quarter of the table and would read all of it for every page.
  await sql`set local enable_seqscan = off`.execute(trx);
  await sql`set local jit = off`.execute(trx);
  yield await readKeys(trx);
  let next: Promise<Page> | null = readPage(trx, START);
  while (next !== null) {
    const { records, end }: Page = await next;
    next = end === null ? null : readPage(trx, end);
    // The failure is thrown when the page is awaited; until then it must not count as unhandled.
    next?.catch(() => undefined);
    for (let first = 0; first < records.length; first += SLICE) {
      yield records.slice(first, first + SLICE);
      // Lets the answers for the next page in; otherwise they would wait until this page is worked off.
      await setImmediate();
    }
  }
  yield* readCheckpoints(trx);
}

/** The rows after `from`, up to the end of a page of entries or of the table. */
async function readPage(trx: Transaction<Database>, from: Cursor): Promise<Page> {
  const { rows: entries } = await sql<Raw<EntryRecord>>`
    select subject, seq::text as seq, body, encode(hash, 'hex') as hash
    from audit_entry where (subject, seq) > (${from.subject}, ${from.seq}::bigint)
    order by audit_entry.subject, audit_entry.seq limit ${PAGE}`.execute(trx);
  const end = entries.length < PAGE ? null : (entries.at(-1) ?? null);
  const { rows: openings } = await sql<Raw<OpeningRecord>>`
    select subject, seq::text as seq, field, salt, value,
      to_char(erased_at at time zone 'UTC', ${INSTANT}) as "erasedAt"
    from audit_opening where ${within(from, end)}
    order by audit_opening.subject, audit_opening.seq, field collate "C"`.execute(trx);
  const { rows: sealed } = await sql<Raw<SealedRecord>>`
    select subject, seq::text as seq, checkpoint_seq as checkpoint,
      encode(hash, 'hex') as hash
    from audit_checkpoint_head where ${within(from, end)}
    order by audit_checkpoint_head.subject, audit_checkpoint_head.seq, checkpoint_seq`.execute(trx);
  // A chain's head follows its last entry, so it belongs to the page after which the chain's subject has been passed.
  const { rows: heads } = await sql<Raw<HeadRecord>>`
    select subject, seq::text as seq, encode(hash, 'hex') as hash
    from audit_head where subject >= ${from.subject}
      and ${end === null ? sql`true` : sql`subject < ${end.subject}`}
    order by subject`.execute(trx);
  const records: AuditRecord[] = [
    ...entries.map(entryOf),
    ...openings.map(openingOf),
    ...sealed.map(sealedOf),
    ...heads.map(headOf),
  ];
  // Four sorted runs: sorting merges them.
  return { records: records.sort(compareRecords), end };
}

/** A row as it is read: numbers as text. */
type Raw<T extends { readonly kind: string; readonly seq: number }> = Omit<T, 'kind' | 'seq'> & {
  readonly seq: string;
};

// Spelled out column by column: a spread costs several times as much, and there are millions of rows.
const entryOf = ({ subject, seq, body, hash }: Raw<EntryRecord>): EntryRecord => ({
  kind: 'entry',
  subject,
  seq: Number(seq),
  body,
  hash,
});
const openingOf = (row: Raw<OpeningRecord>): OpeningRecord => ({
  kind: 'opening',
  subject: row.subject,
  seq: Number(row.seq),
  field: row.field,
  salt: row.salt,
  value: row.value,
  erasedAt: instantOf(row.erasedAt),
});
const sealedOf = ({ subject, seq, checkpoint, hash }: Raw<SealedRecord>): SealedRecord => ({
  kind: 'sealed',
  subject,
  seq: Number(seq),
  checkpoint,
  hash,
});
const headOf = ({ subject, seq, hash }: Raw<HeadRecord>): HeadRecord => ({
  kind: 'head',
  subject,
  seq: Number(seq),
  hash,
});

const within = (from: Cursor, end: Cursor | null) =>
  end === null
    ? sql`(subject, seq) > (${from.subject}, ${from.seq}::bigint)`
    : sql`(subject, seq) > (${from.subject}, ${from.seq}::bigint)
        and (subject, seq) <= (${end.subject}, ${end.seq}::bigint)`;

const INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US';

/** As `Date.toISOString` writes it; microseconds, which the program never stores, stay visible. */
const instantOf = (text: string | null): string | null =>
  text === null ? null : `${text.replace(/000$/, '')}Z`;

async function readKeys(trx: Transaction<Database>): Promise<readonly AuditRecord[]> {
  const { rows } = await sql<{ keyId: string; publicKey: string; createdAt: string }>`
    select key_id as "keyId", public_key as "publicKey",
      to_char(created_at at time zone 'UTC', ${INSTANT}) as "createdAt"
    from audit_key`.execute(trx);
  return rows
    .map((row) => ({ kind: 'key' as const, ...row, createdAt: instantOf(row.createdAt) ?? '' }))
    .sort(compareRecords);
}

async function* readCheckpoints(
  trx: Transaction<Database>,
): AsyncGenerator<readonly AuditRecord[]> {
  let from: string | null = START.seq;
  while (from !== null) {
    const { rows }: { rows: Raw<CheckpointRecord>[] } = await sql<Raw<CheckpointRecord>>`
      select seq::text as seq, body, encode(hash, 'hex') as hash,
        key_id as "keyId", encode(signature, 'hex') as signature
      from audit_checkpoint where audit_checkpoint.seq > ${from}::bigint
      order by audit_checkpoint.seq limit ${PAGE}`.execute(trx);
    from = rows.length < PAGE ? null : (rows.at(-1)?.seq ?? null);
    yield rows.map((row) => ({ ...row, kind: 'checkpoint' as const, seq: Number(row.seq) }));
  }
}

/** The heads under checkpoint `seq` in the byte order of their subjects. */
export async function* readSealedHeads(
  trx: Transaction<Database>,
  checkpoint: number,
): AsyncGenerator<readonly SealedHead[]> {
  let from: string | null = null;
  let more = true;
  while (more) {
    const { rows }: { rows: SealedHead[] } = await sql<SealedHead>`
      select subject, seq, encode(hash, 'hex') as hash from audit_checkpoint_head
      where checkpoint_seq = ${checkpoint} and ${from === null ? sql`true` : sql`subject > ${from}`}
      order by subject limit ${HEAD_PAGE}`.execute(trx);
    more = rows.length === HEAD_PAGE;
    from = rows.at(-1)?.subject ?? null;
    yield rows;
  }
}
