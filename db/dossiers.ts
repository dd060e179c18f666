/**
 * A form's dossier: the procedure with everything that is asked to decide about it and to show it, read in one
 * statement. A click would otherwise make a dozen round trips.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { CalendarOverride } from './calendar.ts';
import { delegatedOn } from './delegations.ts';
import { inForceOn } from './organisation.ts';
import {
  type ProcedureRecord,
  type ProcedureRow,
  type StepEventRow,
  toProcedure,
} from './procedures.ts';
import type { RoleHolder } from './roles.ts';
import type { Database } from './schema.ts';

export type HistoryRow = StepEventRow & {
  /** Who attended the recorded meeting, by name; also those who have left. */
  readonly attendeeNames: readonly string[] | null;
  /** Names of those whom the detail names. */
  readonly onBehalfOfName: string | null;
  readonly toName: string | null;
};

export type NamedPerson = { readonly code: string; readonly name: string };

export type DossierTask = {
  readonly id: string;
  readonly personCode: string;
  readonly dueOn: Day;
};

export type Dossier = {
  readonly row: ProcedureRow;
  /** The department's unit and the units above it, nearest first. */
  readonly path: readonly string[];
  /** Who holds roles on any of these levels on the day asked for, by person code. */
  readonly holders: readonly RoleHolder[];
  /** Who acts for which of the holders on that day. */
  readonly deputies: readonly (NamedPerson & { readonly principal: string })[];
  /** Who works in the form's department on that day. */
  readonly colleagues: readonly NamedPerson[];
  /** Those named in the form's hand-overs who are still there. */
  readonly present: readonly NamedPerson[];
  readonly history: readonly HistoryRow[];
  readonly openTasks: readonly DossierTask[];
  /** The last submitted version; null before the first. */
  readonly submitted: { readonly content: unknown; readonly submittedAt: Date } | null;
  readonly registerNumbers: readonly string[];
  /** Who has a live card about it. */
  readonly viewers: readonly string[];
  /** When the form's stage ends. */
  readonly stageClosesAt: Date;
  /** Days on which the organisation deviates from the state calendar. */
  readonly overrides: readonly CalendarOverride[];
  /** The launching unit's name and the writer's posts (RISK-06); empty once somebody has signed. */
  readonly author: {
    readonly unitName: string | null;
    readonly posts: readonly { readonly unitName: string; readonly powers: readonly string[] }[];
  };
};

/** The dossier of procedure `id` with the roles of `day`, or undefined. */
export async function findDossier(
  db: Kysely<Database>,
  id: string,
  day: Day,
): Promise<Dossier | undefined> {
  const { rows } =
    await sql<DossierRecord>`select ${dossierOf(sql`${id}::uuid`, day)} as dossier`.execute(db);
  return toDossier(rows[0]?.dossier ?? null);
}

/** Deeper trees do not exist; the walk ends there even if two units should point at each other. */
const DEEPEST = 32;

/** One JSON value with the dossier of procedure `id`, null when there is none; part of a larger statement. */
export const dossierOf = (
  id: RawBuilder<unknown>,
  day: Day,
): RawBuilder<DossierJson | null> => sql`(
  select json_build_object(
    'procedure', json_build_object(
      'id', p.id, 'cycle_id', p.cycle_id, 'stage_code', p.stage_code, 'form_code', p.form_code,
      'subject_person', p.subject_person, 'subject_name', subject.name, 'post_names', p.post_names,
      'level', p.level, 'object_code', p.object_code, 'earliest_on', p.earliest_on, 'latest_on', p.latest_on,
      'department_code', p.department_code, 'department_name', department.name, 'unit_code', p.unit_code,
      'unit_name', launching.name,
      'status', p.status, 'step_index', p.step_index, 'version', p.version, 'revision', p.revision,
      'draft', p.draft, 'signed', p.signed, 'collected', p.collected,
      'completed_at', p.completed_at),
    'path', levels.path,
    'holders', (
      select coalesce(json_agg(json_build_object('role', assignment.ref, 'scopeCode', assignment.scope_code,
        'personCode', holder.code, 'name', holder.name) order by holder.code), '[]')
      from assignment join person as holder on holder.code = assignment.person_code
      where assignment.kind = 'role' and holder.status = 'active' and ${inForceOn(day)}
        and assignment.scope_code = any(levels.path || array[p.department_code, p.unit_code])),
    'deputies', (
      select coalesce(json_agg(json_build_object('principal', d.principal_code, 'code', d.deputy_code,
        'name', deputy.name) order by d.id), '[]')
      from delegation as d join person as deputy on deputy.code = d.deputy_code
      where ${delegatedOn(day)} and deputy.status = 'active' and exists (
        select from assignment where assignment.person_code = d.principal_code and assignment.kind = 'role'
          and assignment.scope_code = any(levels.path || array[p.department_code, p.unit_code]))),
    'colleagues', (
      select coalesce(json_agg(json_build_object('code', c.code, 'name', c.name) order by c.code), '[]')
      from (
        select distinct worker.code, worker.name
        from post
        join assignment on assignment.kind = 'post' and assignment.ref = post.code
        join person as worker on worker.code = assignment.person_code
        where post.department_code = p.department_code and worker.status = 'active' and ${inForceOn(day)}
      ) as c),
    'present', (
      select coalesce(json_agg(json_build_object('code', taker.code, 'name', taker.name)), '[]')
      from jsonb_array_elements(p.collected->'handed') as h join person as taker on taker.code = h.value->>'to'
      where taker.status = 'active'),
    'history', (
      select coalesce(json_agg(json_build_object('stepId', e.step_id, 'action', e.action, 'actorCode', e.actor_code,
        'actorName', actor.name, 'capacity', e.capacity, 'opinion', e.opinion, 'version', e.version, 'at', e.at,
        'detail', e.detail, 'onBehalfOfName', case when e.detail ? 'onBehalfOf' then (
          select name from person where code = e.detail->>'onBehalfOf') end,
        'toName', case when e.detail ? 'to' then (
          select name from person where code = e.detail->>'to') end, 'heldOn', m.held_on, 'attendees', m.attendees, 'attendeeNames', case when m.id is not null then (
          select json_agg(coalesce(attendee.name, present.code) order by present.place)
          from unnest(m.attendees) with ordinality as present (code, place)
          left join person as attendee on attendee.code = present.code) end) order by e.seq), '[]')
      from step_event as e
      left join person as actor on actor.code = e.actor_code
      left join meeting_record as m on m.id = e.meeting_id
      where e.procedure_id = p.id),
    'openTasks', (
      select coalesce(json_agg(json_build_object('id', t.id, 'personCode', t.person_code, 'dueOn', t.due_on)
        order by t.id), '[]')
      from task as t where t.procedure_id = p.id and t.state = 'open'),
    'submitted', (
      select json_build_object('content', v.content, 'submittedAt', v.submitted_at)
      from form_version as v where v.procedure_id = p.id and v.version = p.version),
    'registerNumbers', (
      select coalesce(json_agg(r.register_number order by r.ordinal), '[]')
      from risk_point as r where r.procedure_id = p.id),
    'viewers', (
      select coalesce(json_agg(l.person_code), '[]') from live_card as l where l.subject = 'procedure:' || p.id),
    'stageClosesAt', stage.closes_at,
    'overrides', (
      select coalesce(json_agg(json_build_object('day', c.day, 'working', c.working, 'note', c.note)), '[]')
      from calendar_override as c),
    'unitName', case when p.signed = '[]' then (
      select name from unit where unit.code = p.unit_code and unit.ended_on is null) end,
    'posts', case when p.signed = '[]' then (
      select coalesce(json_agg(json_build_object('unitName', held.name, 'powers', held.powers) order by held.code), '[]')
      from (
        select distinct post.code, unit.name, post.powers
        from assignment
        join post on post.code = assignment.ref
        join department on department.code = post.department_code
        join unit on unit.code = department.unit_code
        where assignment.kind = 'post' and assignment.person_code = p.subject_person and ${inForceOn(day)}
      ) as held) end)
  from procedure as p
  join person as subject on subject.code = p.subject_person
  left join department on department.code = p.department_code
  join unit as launching on launching.code = p.unit_code
  join stage on stage.cycle_id = p.cycle_id and stage.code = p.stage_code
  cross join lateral (
    with recursive above as (
      select unit.code, unit.parent_code, 0 as depth
      from unit
      where unit.code = coalesce(department.unit_code, p.unit_code)
      union all
      select unit.code, unit.parent_code, above.depth + 1
      from above join unit on unit.code = above.parent_code where above.depth < ${sql.lit(DEEPEST)}
    )
    select array_agg(code order by depth) as path from above
  ) as levels
  where p.id = ${id}
)`;

type DossierRecord = { readonly dossier: DossierJson | null };

/** The statement's JSON: instants are texts. */
export type DossierJson = Omit<
  Dossier,
  'row' | 'history' | 'submitted' | 'stageClosesAt' | 'author'
> & {
  readonly procedure: Omit<ProcedureRecord, 'completed_at' | 'writers'> & {
    readonly completed_at: string | null;
  };
  readonly history: readonly (Omit<HistoryRow, 'at'> & { readonly at: string })[];
  readonly submitted: { readonly content: unknown; readonly submittedAt: string } | null;
  readonly stageClosesAt: string;
  readonly unitName: string | null;
  readonly posts: Dossier['author']['posts'] | null;
};

/** The dossier in the statement's answer; undefined when there was none. */
export function toDossier(json: DossierJson | null): Dossier | undefined {
  if (json === null) return undefined;
  const { procedure, submitted, unitName, posts, ...rest } = json;
  const completedAt = procedure.completed_at;
  return {
    ...rest,
    row: toProcedure({
      ...procedure,
      completed_at: completedAt === null ? null : new Date(completedAt),
      writers: writersIn(json.history),
    }),
    history: json.history.map((event) => ({ ...event, at: new Date(event.at) })),
    submitted:
      submitted === null ? null : { ...submitted, submittedAt: new Date(submitted.submittedAt) },
    stageClosesAt: new Date(json.stageClosesAt),
    author: { unitName, posts: posts ?? [] },
  };
}

/** Every submission stands in the history. */
const writersIn = (history: DossierJson['history']): readonly string[] => [
  ...new Set(
    history.flatMap(({ action, actorCode }) =>
      action === 'submitted' || action === 'amended' ? [actorCode] : [],
    ),
  ),
];
