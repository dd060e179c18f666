/** Streams the audit tables in the order of `compareRecords`, a page of entries at a time. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SealedHead } from '../domain/audit-checkpoint.ts';
import { type AuditRecord, compareRecords } from '../domain/audit-record.ts';
import type { Database } from './schema.ts';

const PAGE = 2_000;
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
  yield await readKeys(trx);
  let next: Promise<Page> | null = readPage(trx, START);
  while (next !== null) {
    const { records, end }: Page = await next;
    next = end === null ? null : readPage(trx, end);
    // The failure is thrown when the page is awaited; until then it must not count as unhandled.
    next?.catch(() => undefined);
    yield records;
  }
  yield* readCheckpoints(trx);
}

/** The rows after `from`, up to the end of a page of entries or of the table. */
async function readPage(trx: Transaction<Database>, from: Cursor): Promise<Page> {
  const { rows: entries } = await sql<EntryRow>`
    select 'entry' as kind, subject, seq::text as seq, body, encode(hash, 'hex') as hash
    from audit_entry where (subject, seq) > (${from.subject}, ${from.seq}::bigint)
    order by audit_entry.subject, audit_entry.seq limit ${PAGE}`.execute(trx);
  const end = entries.length < PAGE ? null : (entries.at(-1) ?? null);
  const { rows: openings } = await sql<OpeningRow>`
    select 'opening' as kind, subject, seq::text as seq, field, salt, value,
      to_char(erased_at at time zone 'UTC', ${INSTANT}) as "erasedAt"
    from audit_opening where ${within(from, end)}`.execute(trx);
  const { rows: sealed } = await sql<SealedRow>`
    select 'sealed' as kind, subject, seq::text as seq, checkpoint_seq as checkpoint,
      encode(hash, 'hex') as hash
    from audit_checkpoint_head where ${within(from, end)}`.execute(trx);
  // A chain's head follows its last entry, so it belongs to the page after which the chain's subject has been passed.
  const { rows: heads } = await sql<HeadRow>`
    select 'head' as kind, subject, seq::text as seq, encode(hash, 'hex') as hash
    from audit_head where subject >= ${from.subject}
      and ${end === null ? sql`true` : sql`subject < ${end.subject}`}`.execute(trx);
  const records: AuditRecord[] = [
    ...entries.map(numbered),
    ...openings.map((row) => ({ ...numbered(row), erasedAt: instantOf(row.erasedAt) })),
    ...sealed.map(numbered),
    ...heads.map(numbered),
  ];
  return { records: records.sort(compareRecords), end };
}

type EntryRow = { kind: 'entry'; subject: string; seq: string; body: string; hash: string };
type OpeningRow = {
  kind: 'opening';
  subject: string;
  seq: string;
  field: string;
  salt: string | null;
  value: string | null;
  erasedAt: string | null;
};
type SealedRow = {
  kind: 'sealed';
  subject: string;
  seq: string;
  checkpoint: number;
  hash: string;
};
type HeadRow = { kind: 'head'; subject: string; seq: string; hash: string };

const within = (from: Cursor, end: Cursor | null) =>
  end === null
    ? sql`(subject, seq) > (${from.subject}, ${from.seq}::bigint)`
    : sql`(subject, seq) > (${from.subject}, ${from.seq}::bigint)
        and (subject, seq) <= (${end.subject}, ${end.seq}::bigint)`;

const numbered = <T extends { readonly seq: string }>(row: T) => ({
  ...row,
  seq: Number(row.seq),
});

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
    const { rows }: { rows: CheckpointRow[] } = await sql<CheckpointRow>`
      select 'checkpoint' as kind, seq::text as seq, body, encode(hash, 'hex') as hash,
        key_id as "keyId", encode(signature, 'hex') as signature
      from audit_checkpoint where audit_checkpoint.seq > ${from}::bigint
      order by audit_checkpoint.seq limit ${PAGE}`.execute(trx);
    from = rows.length < PAGE ? null : (rows.at(-1)?.seq ?? null);
    yield rows.map(numbered);
  }
}

type CheckpointRow = {
  kind: 'checkpoint';
  seq: string;
  body: string;
  hash: string;
  keyId: string;
  signature: string;
};

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
