/** The demo bureau in a fresh database: its people, a launched cycle, and what verbs leave behind. */
import { type Kysely, type SqlBool, sql } from 'kysely';
import { connect } from '../../db/client.ts';
import type { Database } from '../../db/schema.ts';
import type { DueTimer } from '../../db/timers.ts';
import type { Result } from '../../domain/refusal.ts';
import type { Context } from '../../services/context.ts';
import { launchCycle } from '../../services/cycle.ts';
import { readOrganisationFolder } from '../../services/organisation-folder.ts';
import { importOrganisation, type OrganisationTexts } from '../../services/organisation-import.ts';
import type { LoadedProfile } from '../../services/profile.ts';
import { reviewForm } from '../../services/review.ts';
import { submitForm } from '../../services/self-check.ts';
import type { FormRef } from '../../services/writing.ts';
import { createTestDatabase } from './database.ts';
import { pointWith, shipped } from './shipped-profile.ts';

export const ZONE = 'Asia/Shanghai';
export const UNIT = 'QLSF';
/** Which platform a column of people.csv belongs to. */
export const PLATFORMS = { lark_open_id: 'lark', wecom_userid: 'wecom' };
/** The first morning of the shipped profile's form stage (AUTO-28). */
export const NOW = at('2026-09-21 09:00');

/** The instant at which clocks in Shanghai show `local`, `YYYY-MM-DD HH:MM`. */
export function at(local: string): Date {
  return new Date(`${local.replace(' ', 'T')}:00+08:00`);
}

export type Chain = { readonly author: string; readonly head: string; readonly leader: string };

/** Ordinary staff with their head and leader in charge. */
const staff: readonly Chain[] = [
  { author: '0006', head: '0005', leader: '0003' },
  { author: '0008', head: '0005', leader: '0003' },
  { author: '0010', head: '0009', leader: '0002' },
  { author: '0011', head: '0009', leader: '0002' },
  { author: '0013', head: '0012', leader: '0002' },
  { author: '0014', head: '0012', leader: '0002' },
  { author: '0016', head: '0015', leader: '0003' },
  { author: '0017', head: '0015', leader: '0003' },
  { author: '0019', head: '0018', leader: '0002' },
  { author: '0020', head: '0018', leader: '0002' },
  { author: '0022', head: '0021', leader: '0002' },
  { author: '0023', head: '0021', leader: '0002' },
];

/** The chain of one of them. */
export function chainOf(author: string): Chain {
  const chain = staff.find((each) => each.author === author);
  if (chain === undefined) throw new Error(`${author} is no ordinary member of staff`);
  return chain;
}

/** Hands out people whose form no test has touched. */
export function untouched(): () => Chain {
  const pool = [...staff];
  return () => {
    const chain = pool.shift();
    if (chain === undefined) throw new Error('more tests than people');
    return chain;
  };
}

/** A procedure that does not exist. */
export const UNKNOWN = '0198c2f0-7a55-7c3e-8f00-0123456789ab';
export const OFFICE = '0007';
export const OTHER_CLERK = '0005';
export const meeting = { heldOn: '2026-09-21', attendees: ['0001', '0002', '0004'] };

export type Bureau = {
  readonly db: Kysely<Database>;
  /** Where its database is. */
  readonly url: string;
  /** The context of a person's click. */
  readonly as: (person: string, now?: Date) => Context;
  readonly admin: (now?: Date) => Context;
  /** The context of a timer's effect. */
  readonly system: (now: Date) => Context;
  readonly launch: (loaded?: LoadedProfile, now?: Date) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Imports the demo organisation, or another one; nothing is launched yet. */
export async function openBureau(organisation?: OrganisationTexts): Promise<Bureau> {
  const database = await createTestDatabase();
  const db = connect(database.url, 12);
  const context = (kind: Context['actor']['kind'], code: string, now = NOW): Context => ({
    db,
    now,
    zone: ZONE,
    actor: { kind, code },
  });
  const admin = (now?: Date) => context('administrator', 'test', now);
  const files = organisation ?? (await readOrganisationFolder('profiles/demo/org'));
  const imported = await importOrganisation(admin(), files, PLATFORMS);
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors));
  return {
    db,
    url: database.url,
    as: (person, now) => context('person', person, now),
    admin,
    system: (now) => context('system', 'test', now),
    launch: async (loaded = shipped, now = NOW) =>
      must(await launchCycle(admin(now), { loaded, unitCode: UNIT })).cycleId,
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}

/** The value; a refusal fails the test. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

/** The refusal's code, or `accepted`. */
export const codeOf = <T>(result: Result<T>): string =>
  result.ok ? 'accepted' : result.refusal.code;

/** The form of `person` as its newest card shows it. */
export async function formOf(
  { db }: Bureau,
  person: string,
): Promise<
  FormRef & { readonly stepIndex: number; readonly version: number; readonly status: string }
> {
  return db
    .selectFrom('procedure')
    .select(['id as procedureId', 'revision', 'step_index as stepIndex', 'version', 'status'])
    .where('subject_person', '=', person)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
}

/** The author submits a complete form of `points` points. */
export async function submitted(bureau: Bureau, { author }: Chain, points = 1): Promise<FormRef> {
  const finished = Array.from({ length: points - 1 }, (_, n) =>
    pointWith({ content: `风险${n + 1}` }),
  );
  const draft = { points: finished, current: pointWith(), editing: null };
  await bureau.db
    .updateTable('procedure')
    .set({ draft: JSON.stringify(draft) })
    .where('id', '=', (await formOf(bureau, author)).procedureId)
    .execute();
  must(await submitForm(bureau.as(author), await formOf(bureau, author), pointWith()));
  return formOf(bureau, author);
}

/** Submitted and signed by head and leader: the leading group's office is next. */
export async function signed(bureau: Bureau, chain: Chain, points = 1): Promise<FormRef> {
  await submitted(bureau, chain, points);
  for (const by of [chain.head, chain.leader]) {
    const ref = await formOf(bureau, chain.author);
    must(await reviewForm(bureau.as(by), { ...ref, verdict: 'agree', opinion: '同意' }));
  }
  return formOf(bureau, chain.author);
}

/** The actions in one audit chain, in order. */
export async function actionsOf({ db }: Bureau, subject: string): Promise<readonly string[]> {
  const entries = await db
    .selectFrom('audit_entry')
    .select('body')
    .where('subject', '=', subject)
    .orderBy('seq')
    .execute();
  return entries.map(({ body }): string => JSON.parse(body).action);
}

/** Everything that a procedure's verbs have left behind, in short. */
export async function tracesOf(bureau: Bureau, procedureId: string) {
  const { db } = bureau;
  const messages = await db
    .selectFrom('outbox')
    .select(['person_code', sql<string>`content->>'kind'`.as('kind')])
    .where('idempotency_key', 'like', `%${procedureId}%`)
    .orderBy('id')
    .execute();
  const tasks = await db
    .selectFrom('task')
    .leftJoin('timer', (join) =>
      join.on('timer.kind', '=', 'task').on(sql<SqlBool>`timer.subject = task.id::text`),
    )
    .select(['step_id', 'person_code', 'state', 'due_on', 'timer.due_at'])
    .where('procedure_id', '=', procedureId)
    .orderBy('task.id')
    .execute();
  const events = await db
    .selectFrom('step_event')
    .select(['step_id', 'action', 'actor_code', 'version'])
    .where('procedure_id', '=', procedureId)
    .orderBy('seq')
    .execute();
  return {
    audit: await actionsOf(bureau, `procedure:${procedureId}`),
    messages: messages.map(({ kind, person_code }) => `${kind} ${person_code}`),
    openTasks: tasks
      .filter(({ state }) => state === 'open')
      .map((task) => `${task.step_id} ${task.person_code} ${task.due_on}`),
    closedTasks: tasks
      .filter(({ state }) => state !== 'open')
      .map((task) => `${task.step_id} ${task.person_code} ${task.state}`),
    /** Reminder timers of open tasks; those of closed ones would be a mistake. */
    timers: tasks
      .filter(({ due_at }) => due_at !== null)
      .map(({ step_id, state }) => `${step_id} ${state}`),
    history: events.map(
      ({ step_id, action, actor_code, version }) => `${version} ${step_id} ${action} ${actor_code}`,
    ),
  };
}

/** A digest of every table: two equal ones mean that nothing at all was written. */
export async function fingerprint({ db }: Bureau): Promise<Readonly<Record<string, string>>> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(db);
  const digests: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ digest: string }>`
      select count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest
      from ${sql.table(name)} as t`.execute(db);
    digests[name] = rows[0]?.digest ?? '';
  }
  return digests;
}

/** The timers of a kind as the pump would be handed them at `now`. */
export async function claimed(
  { db }: Bureau,
  kind: string,
  now: Date,
): Promise<readonly DueTimer[]> {
  const { rows } = await sql<DueTimer>`
    update timer set attempts = attempts + 1 where kind = ${kind} and due_at <= ${now}
    returning id, kind, subject, slot, due_at as "dueAt", payload, attempts`.execute(db);
  return rows;
}
