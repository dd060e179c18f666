/** The tables as Kysely sees them; `test/schema.db.test.ts` compares this file with the migrated database. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

type Json = ColumnType<unknown, string, string>;
/** `YYYY-MM-DD`, a day in the business zone. */
type Day = string;

export type Database = {
  unit: {
    code: string;
    name: string;
    kind: string;
    parent_code: string | null;
    ended_on: Day | null;
  };
  department: {
    code: string;
    name: string;
    unit_code: string;
    nature: 'internal' | 'enforcement';
    ended_on: Day | null;
  };
  post: {
    code: string;
    name: string;
    department_code: string;
    tier: string;
    key: boolean;
    powers: string[];
    ended_on: Day | null;
  };
  person: { code: string; name: string; status: 'active' | 'left' };
  person_identity: {
    platform: string;
    platform_user_id: string;
    person_code: string;
    chat_ref: string | null;
    greeted_at: Date | null;
    unreachable_at: Date | null;
  };
  assignment: {
    id: string;
    person_code: string;
    kind: 'post' | 'role';
    ref: string;
    scope_code: string;
    from_on: Day;
    to_on: Day | null;
    ended_on: Day | null;
  };
  calendar_override: { day: Day; working: boolean; note: string };
  clock_setting: { singleton: Generated<boolean>; real_at: Date; business_at: Date };
  audit_head: { subject: string; seq: number; hash: Buffer };
  audit_moved: { subject: string };
  audit_entry: { subject: string; seq: number; body: string; hash: Buffer };
  audit_opening: {
    subject: string;
    seq: number;
    field: string;
    salt: string | null;
    value: string | null;
    erased_at: Date | null;
  };
  audit_key: { key_id: string; public_key: string; created_at: Date };
  audit_checkpoint: { seq: number; body: string; hash: Buffer; key_id: string; signature: Buffer };
  audit_checkpoint_head: { checkpoint_seq: number; subject: string; seq: number; hash: Buffer };
  cycle: {
    id: string;
    profile_id: string;
    profile_version: string;
    profile_hash: string;
    profile: Json;
    unit_code: string;
    start_on: Day;
    state: 'running' | 'closed';
    launched_by: string;
    launched_at: Date;
  };
  stage: {
    cycle_id: string;
    code: string;
    ordinal: number;
    name: string;
    opens_at: Date;
    closes_at: Date;
  };
  procedure: {
    id: string;
    cycle_id: string;
    stage_code: string;
    form_code: string;
    subject_person: string;
    post_names: string;
    department_code: string | null;
    level: Generated<'person' | 'department' | 'team'>;
    object_code: GeneratedAlways<string>;
    earliest_on: Day | null;
    latest_on: Day | null;
    unit_code: string;
    status: 'scheduled' | 'open' | 'completed' | 'cancelled';
    step_index: number;
    version: number;
    revision: number;
    draft: Json;
    signed: Json;
    collected: ColumnType<unknown, string | undefined, string>;
    completed_at: Date | null;
  };
  form_version: {
    procedure_id: string;
    version: number;
    content: Json;
    content_hash: string;
    submitted_by: string;
    submitted_at: Date;
  };
  meeting_record: {
    id: string;
    procedure_id: string;
    held_on: Day;
    attendees: string[];
    result: 'passed' | 'returned' | 'discussed';
    recorded_by: string;
    recorded_at: Date;
  };
  step_event: {
    procedure_id: string;
    seq: number;
    step_id: string;
    action:
      | 'submitted'
      | 'amended'
      | 'withdrawn'
      | 'commented'
      | 'accepted'
      | 'explained'
      | 'closed'
      | 'expired'
      | 'discussed'
      | 'agreed'
      | 'checked'
      | 'returned'
      | 'decided'
      | 'filed'
      | 'recused'
      | 'handedOver'
      | 'skipped';
    actor_code: string;
    capacity: string;
    opinion: string | null;
    version: number;
    meeting_id: string | null;
    at: Date;
    detail: ColumnType<unknown, string | undefined, string>;
  };
  task: {
    id: string;
    procedure_id: string;
    step_id: string;
    person_code: string;
    state: 'open' | 'done' | 'lapsed';
    opened_at: Date;
    due_on: Day;
    closed_at: Date | null;
  };
  delegation: {
    id: string;
    principal_code: string;
    deputy_code: string;
    from_on: Day;
    to_on: Day;
    named_at: Date;
    revoked_at: Date | null;
  };
  register_counter: { unit_code: string; year: number; last: number };
  risk_point: {
    id: string;
    register_number: string;
    register_series: GeneratedAlways<string>;
    register_running: GeneratedAlways<number>;
    cycle_id: string;
    procedure_id: string;
    version: number;
    ordinal: number;
    person_code: string;
    post_names: string;
    department_code: string | null;
    level: Generated<'person' | 'department' | 'team'>;
    unit_code: string;
    risk_type: string;
    content: string;
    manifestation_picks: string[];
    manifestation: string;
    existence: 'present' | 'potential';
    measures: string;
    registered_at: Date;
  };
  inbox: { platform: string; event_id: string; received_at: Date; reply: Json };
  outbox: {
    id: string;
    idempotency_key: string;
    person_code: string | null;
    address: ColumnType<unknown, string | null, string | null>;
    content: Json;
    created_at: Date;
    not_before: Date;
    state: 'pending' | 'sent' | 'dead' | 'dropped';
    attempts: Generated<number>;
    first_attempt_at: Date | null;
    lease_until: Date | null;
    finished_at: Date | null;
    failure: string | null;
  };
  live_card: {
    person_code: string;
    subject: string;
    platform: string;
    message_ref: string;
    content_hash: string;
    sent_at: Date;
  };
  timer: {
    id: string;
    kind: string;
    subject: string;
    slot: string;
    due_at: Date;
    payload: Json;
    attempts: Generated<number>;
    lease_until: Date | null;
  };
  reminder: {
    id: string;
    person_code: string;
    task_id: string;
    lane: 'daily' | 'urgent';
    kind: 'before' | 'onDue' | 'after' | 'escalated' | 'result';
    created_at: Date;
    delivered_at: Date | null;
  };
  attention: { person_code: string; day: Day };
  page_session: {
    key_digest: Buffer;
    platform: string;
    platform_user_id: string;
    person_code: string;
    created_at: Date;
    expires_at: Date;
  };
};
