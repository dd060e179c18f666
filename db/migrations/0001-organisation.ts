/** Units, departments, posts, people and the dated assignments that join them (ORG-01, ORG-02, ORG-07). */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table unit (
    code text primary key,
    name text not null,
    kind text not null,
    parent_code text references unit (code) deferrable initially deferred,
    ended_on date
  )`,
  `create table department (
    code text primary key,
    name text not null,
    unit_code text not null references unit (code),
    nature text not null check (nature in ('internal', 'enforcement')),
    ended_on date
  )`,
  `create table post (
    code text primary key,
    name text not null,
    department_code text not null references department (code),
    tier text not null,
    key boolean not null,
    powers text[] not null,
    ended_on date
  )`,
  `create table person (
    code text primary key,
    name text not null,
    status text not null check (status in ('active', 'left'))
  )`,
  `create table person_identity (
    platform text not null,
    platform_user_id text not null,
    person_code text not null references person (code),
    chat_ref text,
    greeted_at timestamptz,
    unreachable_at timestamptz,
    primary key (platform, platform_user_id),
    unique (person_code, platform)
  )`,
  `create table assignment (
    id uuid primary key,
    person_code text not null references person (code),
    kind text not null check (kind in ('post', 'role')),
    ref text not null,
    scope_code text not null,
    from_on date not null,
    to_on date,
    ended_on date,
    check (to_on is null or to_on >= from_on),
    unique (person_code, kind, ref, scope_code, from_on)
  )`,
  'create index assignment_ref on assignment (kind, ref, scope_code)',
  `create table calendar_override (
    day date primary key,
    working boolean not null,
    note text not null
  )`,
  `create table clock_setting (
    singleton boolean primary key default true check (singleton),
    real_at timestamptz not null,
    business_at timestamptz not null
  )`,
];
