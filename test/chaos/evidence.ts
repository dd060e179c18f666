/** What the database says at the end of a run, read with plain SQL. */
import type { ClientBase } from 'pg';

export type FormRow = {
  readonly id: string;
  readonly unit: string;
  readonly cycleState: string;
  readonly subject: string;
  readonly status: 'scheduled' | 'open' | 'completed' | 'cancelled';
  /** The step it stands at; null once it has ended. */
  readonly step: string | null;
  readonly stepIndex: number;
  readonly version: number;
  readonly revision: number;
  readonly signatures: number;
};

export type AuditRow = {
  readonly subject: string;
  readonly seq: number;
  readonly action: string;
  readonly actorKind: string;
  readonly actor: string;
  readonly at: string;
  readonly reminders: readonly string[];
};

export type TaskRow = {
  readonly id: string;
  readonly form: string;
  readonly step: string;
  readonly person: string;
  readonly state: 'open' | 'done' | 'lapsed';
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly dueOn: string;
};

export type OutboxRow = {
  readonly id: string;
  readonly key: string;
  readonly person: string | null;
  readonly kind: string;
  readonly state: 'pending' | 'sent' | 'dead' | 'dropped';
  readonly failure: string | null;
  readonly attempts: number;
  readonly reminders: readonly string[];
};

type StepRow = {
  readonly form: string;
  readonly seq: number;
  readonly action: string;
  readonly actor: string;
  readonly version: number;
  readonly meeting: string | null;
};
type ReminderRow = {
  readonly id: string;
  readonly person: string;
  readonly task: string;
  readonly lane: string;
  readonly kind: string;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
};
type TimerRow = {
  readonly kind: string;
  readonly subject: string;
  readonly slot: string;
  readonly dueAt: string;
};
type LiveCardRow = {
  readonly person: string;
  readonly subject: string;
  readonly message: string;
};

export type Evidence = {
  readonly forms: readonly FormRow[];
  /** In the order of their chains. */
  readonly audit: readonly AuditRow[];
  readonly steps: readonly StepRow[];
  readonly versions: readonly {
    readonly form: string;
    readonly version: number;
    readonly points: number;
  }[];
  readonly meetings: readonly { readonly id: string; readonly form: string }[];
  readonly tasks: readonly TaskRow[];
  readonly outbox: readonly OutboxRow[];
  readonly liveCards: readonly LiveCardRow[];
  readonly timers: readonly TimerRow[];
  readonly reminders: readonly ReminderRow[];
  readonly register: readonly {
    readonly number: string;
    readonly form: string;
    readonly version: number;
  }[];
  readonly counters: readonly {
    readonly unit: string;
    readonly year: number;
    readonly last: number;
  }[];
  /** Those above whom nobody stands. */
  readonly principals: readonly { readonly person: string }[];
  readonly accounts: readonly { readonly person: string; readonly openId: string }[];
};

/** Instants come as ISO text, days as `YYYY-MM-DD`. */
const iso = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const queries: Readonly<Record<keyof Evidence, string>> = {
  forms: `select form.id, form.unit_code as unit, cycle.state as "cycleState",
      subject_person as subject, status, step_index as "stepIndex", version, revision,
      jsonb_array_length(signed) as signatures,
      case when status = 'open' then (select kind.steps -> step_index ->> 'id'
        from jsonb_to_recordset(cycle.profile -> 'forms') as kind (code text, steps jsonb)
        where kind.code = form_code) end as step
    from procedure as form join cycle on cycle.id = cycle_id order by form.id`,
  audit: `select entry.subject, entry.seq::int as seq, body::jsonb ->> 'action' as action,
      body::jsonb -> 'actor' ->> 'kind' as "actorKind", body::jsonb ->> 'at' as at,
      coalesce((select value::jsonb #>> '{}' from audit_opening as opening where opening.subject = entry.subject
        and opening.seq = entry.seq and field = 'actor.code'), '') as actor,
      coalesce((select value::jsonb from audit_opening as opening where opening.subject = entry.subject
        and opening.seq = entry.seq and field = 'reminders'), '[]') as reminders
    from audit_entry as entry order by entry.subject, entry.seq`,
  steps: `select procedure_id as form, seq, action, actor_code as actor, version, meeting_id as meeting
    from step_event order by procedure_id, seq`,
  versions: `select procedure_id as form, version, jsonb_array_length(content -> 'points') as points
    from form_version order by procedure_id, version`,
  meetings: 'select id, procedure_id as form from meeting_record',
  tasks: `select id, procedure_id as form, step_id as step, person_code as person, state,
      ${iso('opened_at')} as "openedAt", ${iso('closed_at')} as "closedAt", due_on::text as "dueOn"
    from task`,
  outbox: `select id, idempotency_key as key, person_code as person, content ->> 'kind' as kind, state,
      failure, attempts, coalesce(content -> 'reminderIds', '[]') as reminders
    from outbox order by id`,
  liveCards: 'select person_code as person, subject, message_ref as message from live_card',
  timers: `select kind, subject, slot, ${iso('due_at')} as "dueAt" from timer`,
  reminders: `select id, person_code as person, task_id as task, lane, kind,
      ${iso('created_at')} as "createdAt", ${iso('delivered_at')} as "deliveredAt" from reminder`,
  register: `select register_number as number, procedure_id as form, version from risk_point`,
  counters: 'select unit_code as unit, year, last from register_counter',
  principals: `select person_code as person from assignment
    where kind = 'role' and ref = 'principal_leader' and ended_on is null`,
  accounts: `select person_code as person, platform_user_id as "openId" from person_identity
    where platform = 'lark'`,
};

/** Reads everything in one snapshot. A caller's open transaction is read as it stands. */
export async function readEvidence(client: ClientBase): Promise<Evidence> {
  const read = async <K extends keyof Evidence>(name: K): Promise<Evidence[K]> =>
    // The queries above name their columns as the types do.
    (await client.query(queries[name])).rows as unknown as Evidence[K];
  return {
    forms: await read('forms'),
    audit: await read('audit'),
    steps: await read('steps'),
    versions: await read('versions'),
    meetings: await read('meetings'),
    tasks: await read('tasks'),
    outbox: await read('outbox'),
    liveCards: await read('liveCards'),
    timers: await read('timers'),
    reminders: await read('reminders'),
    register: await read('register'),
    counters: await read('counters'),
    principals: await read('principals'),
    accounts: await read('accounts'),
  };
}
