/** Steps, meetings and register rows beside the audit entries that tell of them. */
import { type Kysely, sql } from 'kysely';
import type { RegisterEvidence, StepEvidence } from '../domain/audit-steps.ts';
import { stepActions } from '../domain/procedure-state.ts';
import type { Database } from './schema.ts';

const PAGE = 200;

export type ActRow = {
  readonly procedureId: string;
  readonly seq: string;
  readonly body: string;
  readonly fields: Readonly<Record<string, string | null>>;
};

export type OfProcedure<T> = T & { readonly procedureId: string };

/** What belongs to a page of procedures, by table. */
export type StepPage = {
  readonly procedureIds: readonly string[];
  readonly acts: readonly ActRow[];
  readonly steps: readonly OfProcedure<Omit<StepEvidence, 'at'> & { readonly at: Date }>[];
  readonly register: readonly OfProcedure<
    Omit<RegisterEvidence, 'registeredAt'> & { readonly registeredAt: Date }
  >[];
  /** The versions that the register or a decision refers to. */
  readonly forms: readonly {
    readonly procedureId: string;
    readonly version: number;
    readonly content: unknown;
  }[];
  readonly looseMeetings: readonly string[];
  readonly collected: readonly OfProcedure<{ readonly collected: unknown }>[];
};

/** All procedures with their evidence, in pages. */
export async function* readStepEvidence(db: Kysely<Database>): AsyncGenerator<StepPage> {
  let from = '00000000-0000-0000-0000-000000000000';
  for (let more = true; more; ) {
    const rows = await db
      .selectFrom('procedure')
      .select('id')
      .where('id', '>', from)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) yield await readPage(db, ids);
    from = ids.at(-1) ?? from;
    more = ids.length === PAGE;
  }
}

async function readPage(db: Kysely<Database>, ids: readonly string[]): Promise<StepPage> {
  const of = (column: string) => sql`${sql.ref(column)} = any(${[...ids]}::uuid[])`;
  const acts = await readActs(db, ids);
  const { rows: steps } = await sql<StepPage['steps'][number]>`
    select event.procedure_id as "procedureId", event.seq, step_id as "stepId", action,
      actor_code as "actorCode", opinion, version, at, detail, held_on as "heldOn", attendees,
      recorded_by as "recordedBy", result
    from step_event as event left join meeting_record as meeting on meeting.id = meeting_id
    where ${of('event.procedure_id')} order by event.procedure_id, event.seq`.execute(db);
  const { rows: register } = await sql<StepPage['register'][number]>`
    select procedure_id as "procedureId", ordinal, version, register_number as "registerNumber",
      person_code as "personCode", registered_at as "registeredAt",
      jsonb_build_object('riskType', risk_type, 'content', content, 'manifestation', manifestation,
        'manifestationPicks', manifestation_picks, 'existence', existence, 'measures', measures
      ) as point
    from risk_point where ${of('procedure_id')} order by procedure_id, ordinal`.execute(db);
  const { rows: forms } = await sql<StepPage['forms'][number]>`
    select procedure_id as "procedureId", version, content from form_version as form
    where ${of('procedure_id')} and exists (select from risk_point as point
      where point.procedure_id = form.procedure_id and point.version = form.version)`.execute(db);
  const { rows: loose } = await sql<{ id: string }>`
    select distinct procedure_id as id from meeting_record as meeting
    where ${of('procedure_id')} and not exists (
      select from step_event where step_event.procedure_id = meeting.procedure_id
        and meeting_id = meeting.id)`.execute(db);
  const { rows: collected } = await sql<StepPage['collected'][number]>`
    select id as "procedureId", collected from procedure where ${of('id')}`.execute(db);
  return {
    procedureIds: ids,
    collected,
    acts,
    steps,
    register,
    forms,
    looseMeetings: loose.map(({ id }) => id),
  };
}

// The body is canonical, so its action comes first; parsing a damaged body would end the query.
const ACTS = stepActions
  .filter((action) => action !== 'skipped')
  .map((action) => `{"action":"selfCheck.${action}",%`);

async function readActs(db: Kysely<Database>, ids: readonly string[]): Promise<readonly ActRow[]> {
  const subjects = ids.map((id) => `procedure:${id}`);
  const { rows } = await sql<ActRow>`
    select substr(entry.subject, 11) as "procedureId", entry.seq::text as seq, entry.body,
      coalesce(jsonb_object_agg(opening.field, opening.value)
        filter (where opening.field is not null), '{}') as fields
    from audit_entry as entry
    left join audit_opening as opening
      on opening.subject = entry.subject and opening.seq = entry.seq
    where entry.subject = any(${subjects}::text[]) and entry.body like any(${ACTS}::text[])
    group by entry.subject, entry.seq, entry.body
    order by entry.subject, entry.seq`.execute(db);
  return rows;
}
