import { randomBytes, randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordAudit } from '../db/audit.ts';
import { connect } from '../db/client.ts';
import type { Database } from '../db/schema.ts';
import { sealEntry } from '../domain/audit.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';
import { eraseAuditFields } from '../services/audit-erasure.ts';
import { verifyFormVersions } from '../services/audit-forms.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let db: Kysely<Database>;
let procedure: string;

const now = new Date('2026-05-25T01:02:03.004Z');

beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, 2);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(async () => {
  await sql`truncate audit_head, audit_entry, audit_opening, form_version cascade`.execute(db);
  procedure = randomUUID();
  await submit(1, '廉政风险点一');
  await submit(2, '廉政风险点二');
});

/** The form and its audit entry as a submission writes them; the rows around it are of no interest here. */
async function submit(version: number, text: string): Promise<void> {
  const content = { points: [{ text, count: 1.5 }], complete: true };
  const contentHash = sha256Hex(canonicalJson(content));
  const subject = `procedure:${procedure}`;
  const entry = { subject, action: 'selfCheck.submitted', fields: { version, contentHash } };
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await trx
      .insertInto('form_version')
      .values({
        procedure_id: procedure,
        version,
        content: JSON.stringify(content),
        content_hash: contentHash,
        submitted_by: 'P-7',
        submitted_at: now,
      })
      .execute();
    const salts = () => randomBytes(16).toString('hex');
    await recordAudit(trx, [sealEntry(entry, now, { kind: 'person', code: 'P-7' }, salts)]);
  });
}

const found = (version: number, ...codes: readonly string[]) => ({
  ok: false,
  findings: codes.map((code) => ({
    place: 'form',
    subject: `procedure:${procedure}`,
    seq: version,
    code,
  })),
});

test('untouched forms agree with the audit', async () => {
  expect(await verifyFormVersions(db)).toEqual({ ok: true, forms: 2 });
});

test('a changed content is found', async () => {
  await sql`update form_version set content = jsonb_set(content, '{complete}', 'false')
    where version = 2`.execute(db);
  expect(await verifyFormVersions(db)).toEqual(found(2, 'contentMismatch'));
});

test('a content changed together with its hash is found by the audit', async () => {
  const content = { points: [] };
  await db
    .updateTable('form_version')
    .set({
      content: JSON.stringify(content),
      content_hash: sha256Hex(canonicalJson(content)),
    })
    .where('version', '=', 1)
    .execute();
  expect(await verifyFormVersions(db)).toEqual(found(1, 'hashMismatch'));
});

test('a deleted form and a form that was never submitted are found', async () => {
  await sql`update form_version set version = 3 where version = 2`.execute(db);
  expect(await verifyFormVersions(db)).toEqual({
    ok: false,
    findings: [...found(3, 'surplus').findings, ...found(2, 'missing').findings],
  });
});

test('an erased content hash is no finding', async () => {
  const ctx = { db, now, actor: { kind: 'administrator', code: 'A-1' }, zone: 'UTC' } as const;
  await eraseAuditFields(ctx, { subject: `procedure:${procedure}`, field: 'contentHash' });
  expect(await verifyFormVersions(db)).toEqual({ ok: true, forms: 2 });
});
