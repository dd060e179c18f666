/** A generated organisation with a launched cycle and submitted forms, kept as a template database. */
import { sql } from 'kysely';
import { migrateAll } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { connect, type Reader } from '../../db/client.ts';
import type { Context } from '../../services/context.ts';
import { launchCycle } from '../../services/cycle.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';
import type { LoadedProfile } from '../../services/profile.ts';
import { submitForm } from '../../services/self-check.ts';
import { must } from '../support/bureau.ts';
import { loadText, pointWith, shippedText } from '../support/shipped-profile.ts';

const ZONE = 'Asia/Shanghai';
const UNIT = 'BENCH';
const STAFF_PER_DEPARTMENT = 100;
const LEADERS = 5;
const SUBMITTERS = 12;

/** A form that waits for its department head. */
export type WaitingForm = {
  readonly procedureId: string;
  readonly revision: number;
  /** Who clicks. */
  readonly head: string;
  /** Who is asked next. */
  readonly leader: string;
  readonly author: string;
  /** The message whose button is clicked. */
  readonly messageRef: string;
};

/** The account of a person in the messenger. */
export const openIdOf = (code: string): string => `ou_bench${code.padStart(24, '0')}`;

/** Fills the empty database at `url` with `forms` submitted forms; heads and authors have their live cards. */
export async function buildTown(
  url: string,
  forms: number,
  now: Date,
): Promise<readonly WaitingForm[]> {
  const config = readConfig({ DATABASE_URL: url });
  await migrateAll({ config, databaseUrl: url });
  const db = connect(url, SUBMITTERS);
  try {
    const admin = contextOf(db, now, 'administrator', 'bench');
    const imported = await importOrganisation(admin, organisationOf(forms), {
      lark_open_id: 'lark',
    });
    if (!imported.ok) throw new Error(JSON.stringify(imported.errors.slice(0, 3)));
    must(await launchCycle(admin, { loaded: allYear(), unitCode: UNIT }));
    await submitAll(db, now);
    await deliverAll(db);
    return await waitingForms(db);
  } finally {
    await db.destroy();
  }
}

const contextOf = (
  db: Reader,
  now: Date,
  kind: Context['actor']['kind'],
  code: string,
): Context => ({ db, now, zone: ZONE, actor: { kind, code } });

/** The shipped scheme with its form stage open today, whatever day the benchmark is run on. */
function allYear(): LoadedProfile {
  const open = 'opens: { offsetDays: 0 }\n    closes: { offsetDays: 300 }';
  return loadText(shippedText.replaceAll(/opens: \{.*\n {4}closes: \{.*$/gm, open));
}

type Table = readonly (readonly string[])[];
const csv = (rows: Table): string => `${rows.map((row) => row.join(',')).join('\n')}\n`;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

function organisationOf(forms: number): OrganisationTexts {
  const departments = numbers(Math.ceil(forms / STAFF_PER_DEPARTMENT));
  const staff = numbers(forms).map((n) => ({
    code: `s${n}`,
    department: `D${n % departments.length}`,
  }));
  const heads = departments.map((n) => ({ code: `h${n}`, department: `D${n}` }));
  const leaders = numbers(LEADERS).map((n) => ({ code: `l${n}`, department: 'DL' }));
  const people = [...leaders, ...heads, ...staff];
  const roles: Table = [
    ['l0', 'role', 'principal_leader', UNIT],
    ['l0', 'role', 'leading_group_head', UNIT],
    ['l1', 'role', 'leading_group_member', UNIT],
    ['l2', 'role', 'leading_group_office', UNIT],
    ['l0', 'role', 'leader_in_charge', 'DL'],
    ['l0', 'role', 'department_head', 'DL'],
    ...departments.flatMap((n) => [
      [`h${n}`, 'role', 'department_head', `D${n}`],
      [`l${n % LEADERS}`, 'role', 'leader_in_charge', `D${n}`],
    ]),
  ];
  return {
    'units.csv': csv([
      ['code', 'name', 'kind', 'parent_code'],
      [UNIT, '试验县司法局', '县级机关', ''],
    ]),
    'departments.csv': csv([
      ['code', 'name', 'unit_code', 'nature'],
      ['DL', '局领导', UNIT, 'internal'],
      ...departments.map((n) => [`D${n}`, `第${n + 1}股`, UNIT, 'internal']),
    ]),
    'posts.csv': csv([
      ['code', 'name', 'department_code', 'tier', 'key', 'powers'],
      ['P-DL', '局领导', 'DL', '科级', 'yes', '重大决策'],
      ...departments.map((n) => [`P-D${n}`, '执法监督岗', `D${n}`, '一般', 'yes', '行政处罚']),
    ]),
    'people.csv': csv([
      ['code', 'name', 'status', 'lark_open_id'],
      ...people.map(({ code }) => [code, `人员${code}`, 'active', openIdOf(code)]),
    ]),
    'assignments.csv': csv([
      ['person_code', 'kind', 'ref', 'scope_code', 'from', 'to'],
      ...people.map(({ code, department }) => [
        code,
        'post',
        `P-${department}`,
        '',
        '2024-01-01',
        '',
      ]),
      ...roles.map((row) => [...row, '2024-01-01', '']),
    ]),
  };
}

/** Every ordinary member of staff submits a form of one point, several at a time. */
async function submitAll(db: Reader, now: Date): Promise<void> {
  const rows = await db
    .selectFrom('procedure')
    .select(['id', 'revision', 'subject_person'])
    .where('subject_person', 'like', 's%')
    .execute();
  const queue = [...rows];
  const submitter = async (): Promise<void> => {
    for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
      const ctx = contextOf(db, now, 'person', row.subject_person);
      must(await submitForm(ctx, { procedureId: row.id, revision: row.revision }, pointWith()));
    }
  };
  await Promise.all(numbers(SUBMITTERS).map(submitter));
}

/** What the worker would have left once every message had gone out. */
async function deliverAll(db: Reader): Promise<void> {
  await sql`update outbox set state = 'sent', attempts = 1, first_attempt_at = created_at,
    finished_at = created_at where state = 'pending'`.execute(db);
  await sql`insert into live_card (person_code, subject, platform, message_ref, content_hash, sent_at)
    select distinct on (o.person_code, o.content->>'subject') o.person_code, o.content->>'subject', 'lark',
      'om_' || md5(o.id::text), md5(o.id::text), o.created_at
    from outbox o where o.content->>'kind' = 'announce' and o.person_code is not null
    order by o.person_code, o.content->>'subject', o.created_at desc`.execute(db);
  await sql`vacuum analyze`.execute(db);
}

async function waitingForms(db: Reader): Promise<readonly WaitingForm[]> {
  const { rows } = await sql<WaitingForm>`
    select p.id as "procedureId", p.revision, t.person_code as head, p.subject_person as author,
      a.person_code as leader, c.message_ref as "messageRef"
    from procedure p
    join task t on t.procedure_id = p.id and t.state = 'open' and t.step_id = 'headOpinion'
    join live_card c on c.person_code = t.person_code and c.subject = 'procedure:' || p.id
    join assignment a on a.kind = 'role' and a.ref = 'leader_in_charge' and a.scope_code = p.department_code
    where p.subject_person like 's%' order by md5(p.id::text)`.execute(db);
  return rows;
}
