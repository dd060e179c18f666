import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordAudit } from '../db/audit.ts';
import { readAuditRecords } from '../db/audit-read.ts';
import { connect } from '../db/client.ts';
import type { Database } from '../db/schema.ts';
import { type AuditEntry, sealEntry } from '../domain/audit.ts';
import { verifyRecords } from '../domain/audit-verify.ts';
import { exportAuditBundle, verifyBundle } from '../services/audit-bundle.ts';
import { writeCheckpoint } from '../services/audit-checkpoint.ts';
import { eraseAuditFields } from '../services/audit-erasure.ts';
import { loadSigner, type Signer } from '../services/audit-key.ts';
import { verifyAudit } from '../services/audit-verify.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let db: Kysely<Database>;
let keys: string;
let signer: Signer;

const now = new Date('2026-05-25T01:02:03.004Z');
const clerk = { kind: 'administrator', code: 'A-1' } as const;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, 8);
  keys = await mkdtemp(join(tmpdir(), 'lianshao-key-'));
  signer = await loadSigner({ keyFile: join(keys, 'audit.pem') });
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
  await rm(keys, { recursive: true });
});

beforeEach(async () => {
  await sql`truncate audit_head, audit_entry, audit_opening, audit_key, audit_checkpoint,
    audit_checkpoint_head`.execute(db);
});

const seal = (subject: string, note = 'n') => {
  const entry: AuditEntry = { subject, action: 'selfCheck.draftSaved', fields: { note } };
  return sealEntry(entry, now, { kind: 'person', code: 'P-7' }, () =>
    randomBytes(16).toString('hex'),
  );
};

const record = (...subjects: string[]): Promise<void> =>
  db.transaction().execute((trx) =>
    recordAudit(
      trx,
      subjects.map((subject) => seal(subject)),
    ),
  );

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('record_audit', () => {
  test('keeps one chain gapless and valid under concurrent writers', async () => {
    await times(200, () => record('procedure:one'));
    const head = await db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow();
    expect(head.seq).toBe(200);
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 200, subjects: 1 });
  });

  test('keeps many chains valid, also when transactions name the same two in opposite order', async () => {
    await times(150, (index) =>
      index % 2 === 0
        ? record('procedure:a', `procedure:${index % 7}`, 'procedure:b')
        : record('procedure:b', 'procedure:a', 'procedure:b'),
    );
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 450 });
  });

  test('leaves no trace of a transaction that was rolled back', async () => {
    await record('procedure:a');
    const failed = db.transaction().execute(async (trx) => {
      await recordAudit(trx, [seal('procedure:a'), seal('procedure:b')]);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 1, subjects: 1 });
  });

  test('stores what it was given, whatever the characters', async () => {
    const odd = '\u0000 \u{1f600} ﬀ "\\ \ud800 \u2028';
    await db.transaction().execute((trx) => recordAudit(trx, [seal('warning:𠀀', odd)]));
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });
});

test('a record longer than a page is verified and exported whole, one view while others write', async () => {
  const long = Array.from({ length: 2_500 }, () => 'procedure:long');
  const short = Array.from({ length: 2_600 }, (_, index) => `procedure:s${index}`);
  await record(...long, ...short, 'a:first', 'z:last');
  const writing = times(20, (index) => record('procedure:long', `z:${index}`));
  const during = await verifyAudit(db);
  await writing;
  expect(during).toMatchObject({ ok: true });
  await writeCheckpoint(db, signer, now);
  const report = await verifyAudit(db, { keys: [signer.publicKey] });
  expect(report).toMatchObject({ ok: true, entries: 5_143, checkpoints: 1, unsealed: 0 });
  const chunks: string[] = [];
  await exportAuditBundle(db, (chunk) => {
    chunks.push(chunk);
  });
  expect(await verifyBundle(chunks, { keys: [signer.publicKey] })).toEqual(report);
});

describe('checkpoints', () => {
  test('seal what moved, and nothing when nothing moved', async () => {
    await record('procedure:a', 'procedure:b');
    // The two chains and the registration of the key.
    expect(await writeCheckpoint(db, signer, now)).toMatchObject({ seq: 1, count: 3 });
    expect(await writeCheckpoint(db, signer, now)).toBeNull();
    await record('procedure:b');
    const second = await writeCheckpoint(db, signer, now);
    expect(second).toMatchObject({ seq: 2, count: 1 });
    expect(await verifyAudit(db)).toMatchObject({
      ok: true,
      checkpoints: 2,
      unsealed: 0,
      last: { seq: 2, hash: second?.hash },
    });
  });

  test('written at the same time as each other and as entries stay gapless and miss nothing', async () => {
    await Promise.all([
      times(120, (index) => record(`procedure:${index % 5}`, `cycle:${index}`)),
      times(12, () => writeCheckpoint(db, signer, now)),
    ]);
    await writeCheckpoint(db, signer, now);
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 241, unsealed: 0 });
  });

  test('of an older key verify with that key after the key was changed', async () => {
    const other = await loadSigner({ keyFile: join(keys, 'other.pem') });
    await record('procedure:a');
    await writeCheckpoint(db, signer, now);
    await record('procedure:a');
    await writeCheckpoint(db, other, now);
    const both = { keys: [signer.publicKey, other.publicKey] };
    expect(await verifyAudit(db, both)).toMatchObject({ ok: true, checkpoints: 2 });
    expect(await verifyAudit(db, { keys: [other.publicKey] })).toEqual({
      ok: false,
      findings: [{ place: 'checkpoint', checkpoint: 1, keyId: signer.keyId, code: 'keyUntrusted' }],
    });
  });
});

describe('erasure', () => {
  const erase = (selector: Parameters<typeof eraseAuditFields>[1]) =>
    eraseAuditFields({ db, now, actor: clerk, zone: 'Asia/Shanghai' }, selector);

  test('of a field, an entry or everything with a value leaves the audit verifiable', async () => {
    await record('procedure:a', 'procedure:a', 'procedure:b');
    await writeCheckpoint(db, signer, now);
    expect(await erase({ subject: 'procedure:a', seq: 1, field: 'note' })).toEqual({
      ok: true,
      value: 1,
    });
    expect(await erase({ field: 'actor.code', value: 'P-7' })).toEqual({ ok: true, value: 3 });
    expect(await erase({ subject: 'procedure:b' })).toEqual({ ok: true, value: 1 });
    expect(await verifyAudit(db)).toMatchObject({ ok: true, erased: 5 });
    const left = await db.selectFrom('audit_opening').select('value').execute();
    expect(left.map(({ value }) => value)).not.toContain('"P-7"');
  });

  test('of nothing is refused, and of the records about erasure touches only the actor', async () => {
    await record('procedure:a');
    await erase({ subject: 'procedure:a', field: 'note' });
    expect(await erase({ subject: 'procedure:a', field: 'note' })).toMatchObject({ ok: false });
    expect(await erase({ subject: 'audit:erasures', field: 'seq' })).toMatchObject({ ok: false });
    expect(await erase({ subject: 'audit:erasures' })).toEqual({ ok: true, value: 1 });
    expect(await verifyAudit(db)).toMatchObject({ ok: true, erased: 2 });
  });
});

describe('a change made directly in the database', () => {
  /** The smallest change of a value of this type; a missing value appears. */
  const changes: Readonly<Record<string, (column: string) => string>> = {
    text: (c) =>
      `coalesce(overlay(${c} placing chr(ascii(right(${c}, 1)) # 1) from length(${c})), 'x')`,
    bigint: (c) => `${c} + 1`,
    bytea: (c) => `set_byte(${c}, length(${c}) - 1, get_byte(${c}, length(${c}) - 1) # 1)`,
    'timestamp with time zone': (c) => `coalesce(${c} + interval '1 microsecond', now())`,
  };

  async function columnsAndRows(trx: Transaction<Database>) {
    const { rows } = await sql<{ table: string; column: string; type: string }>`
      select table_name as table, column_name as column, data_type as type
      from information_schema.columns
      where table_schema = 'public' and table_name like 'audit\_%'`.execute(trx);
    const all: { table: string; column: string; type: string; row: string }[] = [];
    for (const one of rows) {
      const ids = await sql<{
        row: string;
      }>`select ctid::text as row from ${sql.table(one.table)}`.execute(trx);
      for (const { row } of ids.rows) all.push({ ...one, row });
    }
    return all;
  }

  /** Whoever owns the database can drop its constraints first. */
  async function dropConstraints(trx: Transaction<Database>): Promise<void> {
    const { rows } = await sql<{ statement: string }>`
      select format('alter table %I drop constraint %I cascade', relname, conname) as statement
      from pg_constraint join pg_class on pg_class.oid = conrelid
      where relname like 'audit\_%' and contype in ('c', 'f', 'p')
      order by array_position(array['f', 'c', 'p'], contype::text)`.execute(trx);
    for (const { statement } of rows) await sql.raw(statement).execute(trx);
  }

  test('is found for every column of every row of every audit table', async () => {
    await record('procedure:a', 'procedure:a', 'procedure:b');
    await writeCheckpoint(db, signer, now);
    await record('procedure:a');
    const selector = { subject: 'procedure:a', seq: 2, field: 'note' };
    await eraseAuditFields({ db, now, actor: clerk, zone: 'Asia/Shanghai' }, selector);
    await writeCheckpoint(db, signer, now);
    const missed: string[] = [];
    let tried = 0;
    await db
      .transaction()
      .execute(async (trx) => {
        await dropConstraints(trx);
        for (const { table, column, type, row } of await columnsAndRows(trx)) {
          const value = changes[type]?.(column);
          if (value === undefined) throw new Error(`no change known for ${type}`);
          await sql`savepoint untouched`.execute(trx);
          await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.raw(value)}
            where ctid = ${row}::tid`.execute(trx);
          const report = await verifyRecords(readAuditRecords(trx));
          if (report.ok) missed.push(`${table}.${column} ${row}`);
          tried += 1;
          await sql`rollback to savepoint untouched`.execute(trx);
        }
        throw new Error('undo everything');
      })
      .catch((error: unknown) => expect(String(error)).toContain('undo everything'));
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(150);
    expect((await verifyAudit(db)).ok).toBe(true);
  });
});
