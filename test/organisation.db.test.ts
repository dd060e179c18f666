import { readFileSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readArrival } from '../db/arrivals.ts';
import { connect } from '../db/client.ts';
import { identitiesFor } from '../db/identity.ts';
import { peopleOfUnit, postsOf } from '../db/organisation.ts';
import { organisationTree } from '../db/organisation-tree.ts';
import { roleHolders, rolesHeldBy } from '../db/roles.ts';
import type { Database } from '../db/schema.ts';
import { type OrganisationFile, perFile } from '../domain/organisation-file.ts';
import type { Context } from '../services/context.ts';
import { importOrganisation } from '../services/organisation-import.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const IDENTITIES = { lark_open_id: 'lark', wecom_userid: 'wecom' };
const TODAY = '2026-05-25';

const demo = perFile((file) =>
  readFileSync(new URL(`../profiles/demo/org/${file}`, import.meta.url), 'utf8'),
);
const edited = (file: OrganisationFile, from: string, to: string, files = demo) => {
  expect(files[file]).toContain(from);
  return { ...files, [file]: files[file].replace(from, to) };
};

let database: TestDatabase;
let db: Kysely<Database>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, 4);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate unit, department, post, person, person_identity, assignment, audit_entry cascade`.execute(
    db,
  );
});

const contextOn = (day: string): Context => ({
  db,
  now: new Date(`${day}T09:00:00+08:00`),
  actor: { kind: 'administrator', code: 'cli' },
  zone: 'Asia/Shanghai',
});
const run = (files = demo, day = TODAY) => importOrganisation(contextOn(day), files, IDENTITIES);
async function imported(files = demo, day = TODAY) {
  const outcome = await run(files, day);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
  return outcome.summary;
}
const holdersOf = async (role: string, scope: string, day: string) =>
  (await roleHolders(db, [scope], day))
    .filter((held) => held.role === role)
    .map(({ personCode, name }) => ({ personCode, name }));
const rolesOf = async (person: string, day: string) =>
  (await rolesHeldBy(db, person, day))
    .map(({ role, scopeCode }) => ({ role, scopeCode }))
    .toSorted((a, b) => (a.role < b.role ? -1 : 1));
const senderOf = async (userId: string) => {
  const from = { platform: 'lark', userId, messageRef: null, procedureId: null };
  return (await readArrival(db, from, TODAY)).sender;
};
const auditEntries = () =>
  db.selectFrom('audit_entry').select(['subject', 'body']).orderBy('seq').execute();
const snapshot = async () => ({
  units: await db.selectFrom('unit').selectAll().orderBy('code').execute(),
  departments: await db.selectFrom('department').selectAll().orderBy('code').execute(),
  posts: await db.selectFrom('post').selectAll().orderBy('code').execute(),
  people: await db.selectFrom('person').selectAll().orderBy('code').execute(),
  identities: await db.selectFrom('person_identity').selectAll().orderBy('person_code').execute(),
  assignments: await db.selectFrom('assignment').selectAll().orderBy('id').execute(),
});

describe('contract §5: import', () => {
  test('the demo organisation is complete: no error, no warning, one audit entry', async () => {
    const summary = await imported();
    expect(summary.warnings).toEqual([]);
    expect(summary.counts.people).toEqual({ added: 23, changed: 0, ended: 0, unchanged: 0 });
    const audit = await auditEntries();
    expect(audit.map(({ subject }) => subject)).toEqual(['organisation:import']);
    expect(audit[0]?.body).toContain('organisation.imported');
  });

  test('importing the same again changes nothing and leaves no audit entry, on a later day too', async () => {
    await imported();
    const before = await snapshot();
    const again = await imported(demo, '2026-08-01');
    expect(again.changed).toBe(false);
    expect(again.counts.assignments).toMatchObject({ added: 0, changed: 0, ended: 0 });
    expect(await snapshot()).toEqual(before);
    expect(await auditEntries()).toHaveLength(1);
  });

  test('with any error nothing changes and every error is returned', async () => {
    await imported();
    const before = await snapshot();
    const broken = edited('people.csv', '沈远乔', '', edited('posts.csv', 'D06', 'D66'));
    const outcome = await run({
      ...broken,
      'units.csv': broken['units.csv'].replace('青岚', '赤岚'),
    });
    expect(outcome.ok).toBe(false);
    expect(outcome.ok ? [] : outcome.errors.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'posts.csv unknownReference',
      'people.csv required',
    ]);
    expect(await snapshot()).toEqual(before);
    expect(await auditEntries()).toHaveLength(1);
  });

  test('a failure at the very end rolls everything back', async () => {
    await imported();
    const before = await snapshot();
    await sql`alter table audit_entry add constraint closed check (seq < 0) not valid`.execute(db);
    try {
      await expect(run(edited('people.csv', '沈远乔', '沈远桥'))).rejects.toThrow('closed');
    } finally {
      await sql`alter table audit_entry drop constraint closed`.execute(db);
    }
    expect(await snapshot()).toEqual(before);
  });

  test('a row that disappears ends on the business day and is never deleted; it can come back', async () => {
    await imported();
    const row = '0012,role,department_head,D03,2024-01-01,\n';
    const without = edited('assignments.csv', row, '');
    expect((await imported(without)).counts.assignments).toMatchObject({ ended: 1, changed: 0 });
    expect(await holdersOf('department_head', 'D03', '2026-05-24')).toHaveLength(1);
    expect(await holdersOf('department_head', 'D03', TODAY)).toEqual([]);
    expect((await imported(without, '2026-06-01')).changed).toBe(false);
    expect((await imported(demo, '2026-06-02')).counts.assignments).toMatchObject({ changed: 1 });
    expect(await holdersOf('department_head', 'D03', '2026-06-02')).toEqual([
      { personCode: '0012', name: '秦立言' },
    ]);
  });

  test('vanished people leave, vanished departments and posts end, all with their assignments', async () => {
    await imported();
    const files = perFile((file) =>
      demo[file]
        .split('\n')
        .filter((line) => !/D06|P06|^002[123],/.test(line))
        .join('\n'),
    );
    const { counts } = await imported(files);
    expect(counts.departments.ended).toBe(1);
    expect(counts.posts.ended).toBe(3);
    expect(counts.people.ended).toBe(3);
    const after = await snapshot();
    expect(after.people).toHaveLength(23);
    expect(after.people.filter(({ status }) => status === 'left').map(({ code }) => code)).toEqual([
      '0021',
      '0022',
      '0023',
    ]);
    expect(after.departments.find(({ code }) => code === 'D06')?.ended_on).toBe(TODAY);
    expect(await senderOf('ou_demo_0021')).toBeUndefined();
    expect(await identitiesFor(db, '0021')).toEqual([]);
    expect(after.identities.map((row) => row.person_code)).toContain('0021');
    expect((await imported(demo, '2026-06-01')).counts.people).toMatchObject({ changed: 3 });
    expect(
      await snapshot().then(({ departments }) => departments.every((d) => d.ended_on === null)),
    ).toBe(true);
  });

  test('two people can exchange their accounts', async () => {
    await imported();
    const freed = edited('people.csv', 'ou_demo_0001', 'ou_demo_x');
    const taken = edited('people.csv', 'ou_demo_0002', 'ou_demo_0001', freed);
    const swapped = edited('people.csv', 'ou_demo_x', 'ou_demo_0002', taken);
    expect((await imported(swapped)).counts.identities).toMatchObject({ added: 2, ended: 2 });
    expect(await senderOf('ou_demo_0001')).toMatchObject({
      personCode: '0002',
    });
  });

  test('what the messenger knows about an unchanged account survives an import', async () => {
    await imported();
    await db
      .updateTable('person_identity')
      .set({ chat_ref: 'chat', greeted_at: new Date() })
      .where('person_code', '=', '0002')
      .execute();
    await imported(edited('people.csv', '陆清和', '陆清禾'));
    const kept = (await snapshot()).identities.find((row) => row.person_code === '0002');
    expect(kept?.chat_ref).toBe('chat');
  });

  test('two imports at the same time write once', async () => {
    const outcomes = await Promise.all([run(), run(), run()]);
    expect(outcomes.map((outcome) => outcome.ok && outcome.summary.changed).sort()).toEqual([
      false,
      false,
      true,
    ]);
    expect(await auditEntries()).toHaveLength(1);
  });

  test('ORG-06: a unit without a principal leader is a warning', async () => {
    const row = '0001,role,principal_leader,QLSF,2024-01-01,\n';
    expect((await imported(edited('assignments.csv', row, ''))).warnings).toEqual([
      { code: 'noPrincipalLeader', unitCode: 'QLSF', unitName: '青岚县司法局' },
    ]);
  });
});

describe('who is who', () => {
  beforeEach(() => imported());

  test('ORG-07: the leader in charge is the one of that day', async () => {
    const row = '0002,role,leader_in_charge,D03,2024-01-01,';
    const until = `${row}2026-05-31\n0003,role,leader_in_charge,D03,2026-06-01,`;
    await imported(edited('assignments.csv', row, until));
    const codes = async (day: string) =>
      (await holdersOf('leader_in_charge', 'D03', day)).map(({ personCode }) => personCode);
    expect(await codes('2023-12-31')).toEqual([]);
    expect(await codes('2024-01-01')).toEqual(['0002']);
    expect(await codes('2026-05-31')).toEqual(['0002']);
    expect(await codes('2026-06-01')).toEqual(['0003']);
  });

  test('ORG-10: the leading group has a head, six members and an office of two', async () => {
    const count = async (
      role: 'leading_group_head' | 'leading_group_member' | 'leading_group_office',
    ) => (await holdersOf(role, 'QLSF', TODAY)).length;
    expect(await count('leading_group_head')).toBe(1);
    expect(await count('leading_group_member')).toBe(6);
    expect(await count('leading_group_office')).toBe(2);
  });

  test('roles and posts of a person; a person who has left has no roles', async () => {
    expect(await rolesOf('0009', TODAY)).toEqual([
      { role: 'department_head', scopeCode: 'D02' },
      { role: 'leading_group_member', scopeCode: 'QLSF' },
    ]);
    const posts = await postsOf(db, '0007', TODAY);
    expect(posts.map(({ postName }) => postName)).toEqual(['人事岗', '档案管理岗']);
    expect(posts[0]).toMatchObject({
      key: true,
      powers: ['组织人事'],
      departmentName: '综合股',
      unitName: '青岚县司法局',
    });
    await imported(edited('people.csv', '蒋维岳,active', '蒋维岳,left'));
    expect(await rolesOf('0009', TODAY)).toEqual([]);
    expect(await holdersOf('department_head', 'D02', TODAY)).toEqual([]);
  });

  test('ORG-02: everybody of a unit once, with all posts', async () => {
    const people = await peopleOfUnit(db, 'QLSF', TODAY);
    expect(people).toHaveLength(23);
    expect(people.find(({ personCode }) => personCode === '0007')).toEqual({
      personCode: '0007',
      name: '邵景行',
      departmentCode: 'D01',
      departmentName: '综合股',
      unitCode: 'QLSF',
      postNames: '人事岗、档案管理岗',
    });
    expect(await peopleOfUnit(db, 'QLSF', '2025-02-28')).toHaveLength(22);
    expect(await peopleOfUnit(db, 'XX', TODAY)).toEqual([]);
  });

  test('ORG-01: what lies below a unit belongs to it, at any depth', async () => {
    await imported({
      'units.csv': `${demo['units.csv']}QLSF2,法律援助中心,二级单位,QLSF\nQLSF3,云溪工作站,工作站,QLSF2\n`,
      'departments.csv': `${demo['departments.csv']}D31,接待组,QLSF3,internal\n`,
      'posts.csv': `${demo['posts.csv']}P31-01,接待岗,D31,一般,no,\n`,
      'people.csv': `${demo['people.csv']}0031,温如初,active,,\n`,
      'assignments.csv': `${demo['assignments.csv']}0031,post,P31-01,,2024-01-01,\n`,
    });
    expect(await peopleOfUnit(db, 'QLSF', TODAY)).toHaveLength(24);
    expect((await peopleOfUnit(db, 'QLSF2', TODAY)).map(({ name }) => name)).toEqual(['温如初']);
    const [root] = await organisationTree(db, TODAY);
    const station = root?.units[0]?.units[0];
    expect(station?.name).toBe('云溪工作站');
    expect(station?.departments[0]?.posts[0]).toEqual({
      code: 'P31-01',
      name: '接待岗',
      key: false,
      holders: ['温如初'],
    });
  });
});
