/** Cycles with their profile frozen in, stages, procedures with step history, forms, risk points (PLAN-01, RISK-31, RISK-45). */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table cycle (
    id uuid primary key,
    profile_id text not null,
    profile_version text not null,
    profile_hash text not null check (profile_hash ~ '^[0-9a-f]{64}$'),
    profile jsonb not null,
    unit_code text not null references unit (code),
    start_on date not null,
    state text not null check (state in ('running', 'closed')),
    launched_by text not null,
    launched_at timestamptz not null
  )`,
  `create unique index cycle_one_running on cycle (unit_code, profile_id) where state = 'running'`,
  `create table stage (
    cycle_id uuid not null references cycle (id),
    code text not null,
    ordinal integer not null,
    name text not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    primary key (cycle_id, code),
    check (opens_at < closes_at)
  )`,
  `create table procedure (
    id uuid primary key,
    cycle_id uuid not null references cycle (id),
    stage_code text not null,
    form_code text not null,
    subject_person text not null references person (code),
    post_names text not null,
    department_code text not null references department (code),
    unit_code text not null references unit (code),
    status text not null check (status in ('scheduled', 'open', 'completed', 'cancelled')),
    step_index integer not null check (step_index >= 0),
    version integer not null check (version >= 0),
    revision integer not null check (revision > 0),
    draft jsonb not null,
    signed jsonb not null,
    completed_at timestamptz,
    foreign key (cycle_id, stage_code) references stage (cycle_id, code),
    unique (cycle_id, form_code, subject_person),
    check ((status = 'completed') = (completed_at is not null))
  )`,
  'create index procedure_department on procedure (cycle_id, department_code)',
  'create index procedure_subject on procedure (subject_person)',
  `create table form_version (
    procedure_id uuid not null references procedure (id),
    version integer not null check (version > 0),
    content jsonb not null,
    content_hash text not null,
    submitted_by text not null references person (code),
    submitted_at timestamptz not null,
    primary key (procedure_id, version)
  )`,
  `create table meeting_record (
    id uuid primary key,
    procedure_id uuid not null references procedure (id),
    held_on date not null,
    attendees text[] not null check (cardinality(attendees) > 0),
    result text not null check (result in ('passed', 'returned')),
    recorded_by text not null references person (code),
    recorded_at timestamptz not null
  )`,
  `create table step_event (
    procedure_id uuid not null references procedure (id),
    seq integer not null check (seq > 0),
    step_id text not null,
    action text not null check (action in ('submitted', 'withdrawn', 'agreed', 'returned', 'decided', 'skipped')),
    actor_code text not null,
    capacity text not null,
    opinion text,
    version integer not null,
    meeting_id uuid references meeting_record (id),
    at timestamptz not null,
    primary key (procedure_id, seq)
  )`,
  `create table task (
    id uuid primary key,
    procedure_id uuid not null references procedure (id),
    step_id text not null,
    person_code text not null references person (code),
    state text not null check (state in ('open', 'done', 'lapsed')),
    opened_at timestamptz not null,
    due_on date not null,
    closed_at timestamptz,
    check ((state = 'open') = (closed_at is null))
  )`,
  `create unique index task_one_open on task (procedure_id, step_id, person_code) where state = 'open'`,
  `create index task_open_person on task (person_code, due_on) where state = 'open'`,
  'create index task_procedure on task (procedure_id)',
  `create table register_counter (
    unit_code text not null references unit (code),
    year integer not null,
    last integer not null check (last > 0),
    primary key (unit_code, year)
  )`,
  `create table risk_point (
    id uuid primary key,
    register_number text not null unique,
    cycle_id uuid not null references cycle (id),
    procedure_id uuid not null references procedure (id),
    version integer not null,
    ordinal integer not null,
    person_code text not null references person (code),
    post_names text not null,
    department_code text not null references department (code),
    unit_code text not null references unit (code),
    risk_type text not null,
    content text not null,
    manifestation_picks text[] not null,
    manifestation text not null,
    existence text not null check (existence in ('present', 'potential')),
    measures text not null,
    registered_at timestamptz not null,
    unique (procedure_id, version, ordinal),
    foreign key (procedure_id, version) references form_version (procedure_id, version)
  )`,
  'create index risk_point_cycle on risk_point (cycle_id, register_number)',
  'create index risk_point_department on risk_point (department_code, register_number)',
  'create index risk_point_person on risk_point (person_code, register_number)',
];
