/** The migration that marks moved chains meets clicks of the version before: each of their entries is sealed all the same. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordAudit } from '../db/audit.ts';
import { connect, type Reader } from '../db/client.ts';
import { up } from '../db/migrations/0007-audit-moved.ts';
import { sealEntry } from '../domain/audit.ts';
import { writeCheckpoint } from '../services/audit-checkpoint.ts';
import { loadSigner, type Signer } from '../services/audit-key.ts';
import { verifyAudit } from '../services/audit-verify.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const now = new Date('2026-05-25T01:02:03.004Z');
let database: TestDatabase;
let db: Reader;
let keys: string;
let signer: Signer;
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'lianshao-key-'));
  signer = await loadSigner({ keyFile: join(keys, 'audit.pem') });
});
afterAll(() => rm(keys, { recursive: true }));
beforeEach(async () => {
  database = await createTestDatabase();
  db = connect(database.url, 6);
  await backBefore0007();
  return async () => {
    await db.destroy();
    await database.drop();
  };
});

/** `record_audit` is as migration 0002 made it. */
async function backBefore0007(): Promise<void> {
  await sql`drop trigger if exists audit_head_moved on audit_head`.execute(db);
  await sql`drop function if exists mark_moved`.execute(db);
  await sql`drop table audit_moved`.execute(db);
}

const entry = (subject: string) =>
  sealEntry(
    { subject, action: 'selfCheck.draftSaved', fields: {} },
    now,
    { kind: 'person', code: 'P-7' },
    () => randomBytes(16).toString('hex'),
  );
const click = (subject: string): Promise<void> =>
  db.transaction().execute((trx) => recordAudit(trx, [entry(subject)]));
// A migration knows no tables.
const migrate = (): Promise<void> =>
  db.transaction().execute((trx) => up(trx as unknown as Kysely<unknown>));
const waitingForHeads = async (): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_locks where not granted and relation = 'audit_head'::regclass`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
};
const unsealed = async (): Promise<number> => {
  await writeCheckpoint(db, signer, now);
  const report = await verifyAudit(db, { keys: [signer.publicKey] });
  if (!report.ok) throw new Error(JSON.stringify(report.findings));
  return report.unsealed;
};

test('what was there before is marked once, also when nothing was ever sealed', async () => {
  await click('procedure:a');
  await click('procedure:a');
  await migrate();
  expect(await db.selectFrom('audit_moved').selectAll().execute()).toEqual([
    { subject: 'procedure:a' },
  ]);
  expect(await unsealed()).toBe(0);
});

test('clicks in flight while it runs: before its lock, and waiting behind it', async () => {
  await click('procedure:b');
  const before = await db.startTransaction().execute();
  await recordAudit(before, [entry('procedure:a')]);
  const migrated = migrate();
  await expect.poll(waitingForHeads).toBe(1);
  const behind = [click('procedure:b'), click('procedure:c')];
  await expect.poll(waitingForHeads).toBe(3);
  await before.commit().execute();
  await Promise.all([migrated, ...behind]);
  expect(await unsealed()).toBe(0);
});

test('a program that writes the head by itself marks it, too', async () => {
  await migrate();
  await click('procedure:a');
  await unsealed();
  await sql`update audit_head set seq = seq + 1, hash = sha256(hash) where subject = 'procedure:a'`.execute(
    db,
  );
  expect(await db.selectFrom('audit_moved').selectAll().execute()).toEqual([
    { subject: 'procedure:a' },
  ]);
});
