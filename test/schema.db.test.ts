import { readFileSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import ts from 'typescript';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pendingMigrations } from '../db/migrate.ts';
import type { Database } from '../db/schema.ts';
import { type Bureau, formOf, openBureau } from './support/bureau.ts';

let bureau: Bureau;
let db: Kysely<Database>;
beforeAll(async () => {
  bureau = await openBureau();
  db = bureau.db;
  await bureau.launch();
});
afterAll(() => bureau?.close());

type Column = { readonly nullable: boolean; readonly kind: string };
type Tables = Readonly<Record<string, Readonly<Record<string, Column>>>>;

/** What a column's type in schema.ts is called in PostgreSQL. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  string: ['text', 'uuid'],
  number: ['integer', 'bigint'],
  boolean: ['boolean'],
  Date: ['timestamp with time zone'],
  Day: ['date'],
  Buffer: ['bytea'],
  'string[]': ['ARRAY'],
  Json: ['jsonb'],
};

/** The tables as schema.ts spells them. */
function readSchema(): Tables {
  const text = readFileSync(new URL('../db/schema.ts', import.meta.url), 'utf8');
  const source = ts.createSourceFile('schema.ts', text, ts.ScriptTarget.Latest, true);
  const database = source.statements.find(
    (each) => ts.isTypeAliasDeclaration(each) && each.name.text === 'Database',
  );
  if (database === undefined || !ts.isTypeAliasDeclaration(database))
    throw new Error('no Database');
  return Object.fromEntries(
    membersOf(database.type).map(([table, type]) => [
      table,
      Object.fromEntries(membersOf(type).map(([column, shape]) => [column, columnOf(shape)])),
    ]),
  );
}

function membersOf(type: ts.TypeNode): [string, ts.TypeNode][] {
  if (!ts.isTypeLiteralNode(type)) throw new Error('not a type literal');
  return type.members.map((member) => {
    if (!ts.isPropertySignature(member) || member.type === undefined)
      throw new Error('not a column');
    return [member.name.getText(), member.type];
  });
}

function columnOf(type: ts.TypeNode): Column {
  const text = type.getText().replace(/^Generated(?:Always)?<(.*)>$/, '$1');
  if (text.startsWith('ColumnType<')) return { nullable: text.includes('null'), kind: 'Json' };
  const parts = text
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const named = parts.filter((part) => part !== 'null');
  const kind = named.every((part) => part.startsWith("'")) ? 'string' : named.join(' | ');
  return { nullable: parts.includes('null'), kind };
}

const migrated = async () => {
  const { rows } = await sql<{ table: string; column: string; nullable: boolean; type: string }>`
    select table_name as "table", column_name as "column", is_nullable = 'YES' as nullable, data_type as type
    from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely%'
    order by 1, 2`.execute(db);
  return rows;
};

describe('schema.ts and the migrated database', () => {
  const declared = readSchema();

  test('have the same tables and columns, null where both say so', async () => {
    const stored: Record<string, Record<string, boolean>> = {};
    for (const { table, column, nullable } of await migrated()) {
      stored[table] = { ...stored[table], [column]: nullable };
    }
    const spelled = Object.fromEntries(
      Object.entries(declared).map(([table, columns]) => [
        table,
        Object.fromEntries(Object.entries(columns).map(([name, { nullable }]) => [name, nullable])),
      ]),
    );
    expect(spelled).toEqual(stored);
    expect(Object.keys(spelled).length).toBeGreaterThan(25);
  });

  test('have columns of the same type', async () => {
    for (const { table, column, type } of await migrated()) {
      const kind = declared[table]?.[column]?.kind ?? '';
      expect([table, column, kinds[kind] ?? kind]).toEqual([
        table,
        column,
        expect.arrayContaining([type]),
      ]);
    }
  });

  test('every word a column may hold is allowed by the database too', async () => {
    const { rows } = await sql<{ rule: string }>`
      select pg_get_constraintdef(oid) as rule from pg_constraint where contype = 'c'`.execute(db);
    const rules = rows.map(({ rule }) => rule).join('\n');
    const text = readFileSync(new URL('../db/schema.ts', import.meta.url), 'utf8');
    const words = [...text.matchAll(/[|:] '(\w+)'/g)].map(([, word]) => word);
    expect(words.length).toBeGreaterThan(20);
    for (const word of words) expect(rules).toContain(`'${word}'::text`);
  });

  test('nothing is left to migrate', async () => {
    expect(await pendingMigrations(db)).toEqual([]);
  });
});

describe('what the database refuses by itself', () => {
  let procedureId: string;
  beforeEach(async () => {
    procedureId = (await formOf(bureau, '0013')).procedureId;
  });
  const refused = (statement: Promise<unknown>, constraint: string) =>
    expect(statement).rejects.toMatchObject({ constraint });

  test('a second running cycle of one profile in one unit', async () => {
    const again =
      sql`insert into cycle select gen_random_uuid(), profile_id, profile_version, profile_hash,
      profile, unit_code, start_on, state, launched_by, launched_at from cycle`.execute(db);
    await refused(again, 'cycle_one_running');
  });

  test('a profile hash that is none', async () => {
    await refused(sql`update cycle set profile_hash = 'x'`.execute(db), 'cycle_profile_hash_check');
  });

  test('a stage that ends before it opens', async () => {
    await refused(sql`update stage set closes_at = opens_at`.execute(db), 'stage_check');
  });

  test('a second form of one person in one cycle', async () => {
    const again =
      sql`insert into procedure select gen_random_uuid(), cycle_id, stage_code, form_code,
      subject_person, post_names, department_code, unit_code, status, step_index, version, revision, draft,
      signed, completed_at from procedure where id = ${procedureId}`.execute(db);
    await refused(again, 'procedure_one_form');
  });

  test('RISK-14 a completed form without its time, and a time without completion', async () => {
    const one = db.updateTable('procedure').where('id', '=', procedureId);
    await refused(one.set({ status: 'completed' }).execute(), 'procedure_check');
    await refused(one.set({ completed_at: new Date(0) }).execute(), 'procedure_check');
    await refused(one.set({ revision: 0 }).execute(), 'procedure_revision_check');
    await refused(one.set({ version: -1 }).execute(), 'procedure_version_check');
  });

  test('a second open task of one person for one step; a closed one is no obstacle', async () => {
    const copy = (state: string) =>
      sql`insert into task select gen_random_uuid(), procedure_id, step_id,
      person_code, ${state}, opened_at, due_on, case when ${state} = 'open' then null else opened_at end
      from task where procedure_id = ${procedureId} limit 1`.execute(db);
    await refused(copy('open'), 'task_one_open');
    await copy('done');
    await copy('lapsed');
    const task = db.updateTable('task').where('procedure_id', '=', procedureId);
    await refused(task.where('state', '=', 'open').set({ state: 'done' }).execute(), 'task_check');
  });

  test('RISK-13 a meeting without anybody there, or with a result nobody knows', async () => {
    const record = (attendees: string[], result: string) =>
      sql`insert into meeting_record values
      (gen_random_uuid(), ${procedureId}, '2026-10-12', ${attendees}, ${result}, '0007', now())`.execute(
        db,
      );
    await refused(record([], 'passed'), 'meeting_record_attendees_check');
    await refused(record(['0001'], 'maybe'), 'meeting_record_result_check');
    await record(['0001'], 'returned');
  });

  test('RISK-31 a register number given twice, a point registered twice, a point without its form', async () => {
    await sql`insert into form_version values (${procedureId}, 1, '{}', 'x', '0013', now())`.execute(
      db,
    );
    const point = (number: string, ordinal: number, version = 1) =>
      sql`insert into risk_point
      select gen_random_uuid(), ${number}, cycle_id, id, ${version}, ${ordinal}, subject_person, post_names,
        department_code, unit_code, 'postDuty', '一', '{}', '二', 'present', '三', now()
      from procedure where id = ${procedureId}`.execute(db);
    await point('FX-1', 1);
    await refused(point('FX-1', 2), 'risk_point_register_number_key');
    await refused(point('FX-2', 1), 'risk_point_procedure_id_version_ordinal_key');
    await refused(point('FX-3', 1, 2), 'risk_point_procedure_id_version_fkey');
  });

  test('a version submitted twice, and a step recorded twice', async () => {
    const version = sql`insert into form_version values (${procedureId}, 1, '{}', 'x', '0013', now())`;
    await refused(version.execute(db), 'form_version_pkey');
    const event = sql`insert into step_event values
      (${procedureId}, 1, 'fill', 'submitted', '0013', 'author', null, 1, null, now())`;
    await event.execute(db);
    await refused(event.execute(db), 'step_event_pkey');
  });

  test('an answered delivery, a live card and an account that are there already', async () => {
    const answered = sql`insert into inbox values ('lark', 'e1', now(), '{}')`;
    await answered.execute(db);
    await refused(answered.execute(db), 'inbox_pkey');
    const card = (person: string) =>
      sql`insert into live_card values
      (${person}, 'procedure:x', 'lark', 'om_1', 'h', now())`.execute(db);
    await card('0013');
    await refused(card('0013'), 'live_card_pkey');
    await refused(card('0014'), 'live_card_message');
    const account = sql`insert into person_identity (platform, platform_user_id, person_code)
      values ('lark', 'ou_demo_0013', '0014')`;
    await refused(account.execute(db), 'person_identity_pkey');
  });

  test('a message that is finished without a time or pending with one', async () => {
    const message = db.updateTable('outbox').where('person_code', '=', '0013');
    await refused(message.set({ state: 'sent' }).execute(), 'outbox_check');
    await refused(message.set({ finished_at: new Date(0) }).execute(), 'outbox_check');
  });
});
