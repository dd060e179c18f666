/** Inbox, outbox, live cards, timers and reminders: everything between the truth and a messenger. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table inbox (
    platform text not null,
    event_id text not null,
    received_at timestamptz not null,
    reply jsonb not null,
    primary key (platform, event_id)
  )`,
  'create index inbox_received on inbox (received_at)',
  `create table outbox (
    id uuid primary key,
    idempotency_key text not null unique,
    person_code text references person (code),
    address jsonb,
    content jsonb not null,
    created_at timestamptz not null,
    not_before timestamptz not null,
    state text not null check (state in ('pending', 'sent', 'dead', 'dropped')),
    attempts integer not null default 0,
    first_attempt_at timestamptz,
    lease_until timestamptz,
    finished_at timestamptz,
    failure text,
    check ((state = 'pending') = (finished_at is null)),
    check ((person_code is null) <> (address is null))
  )`,
  `create index outbox_pending on outbox (not_before, created_at) where state = 'pending'`,
  `create index outbox_pending_person on outbox (person_code, id) where state = 'pending'`,
  `create table live_card (
    person_code text not null references person (code),
    subject text not null,
    platform text not null,
    message_ref text not null,
    content_hash text not null,
    sent_at timestamptz not null,
    primary key (person_code, subject)
  )`,
  'create unique index live_card_message on live_card (platform, message_ref)',
  `create table timer (
    id uuid primary key,
    kind text not null,
    subject text not null,
    slot text not null,
    due_at timestamptz not null,
    payload jsonb not null,
    attempts integer not null default 0,
    lease_until timestamptz,
    unique (kind, subject, slot)
  )`,
  'create index timer_due on timer (due_at)',
  `create table reminder (
    id uuid primary key,
    person_code text not null references person (code),
    task_id uuid not null references task (id),
    lane text not null check (lane in ('daily', 'urgent')),
    kind text not null check (kind in ('before', 'onDue', 'after', 'escalated', 'result')),
    created_at timestamptz not null,
    delivered_at timestamptz
  )`,
  'create index reminder_waiting on reminder (person_code, lane) where delivered_at is null',
  `create table attention (
    person_code text not null references person (code),
    day date not null,
    primary key (person_code, day)
  )`,
  // One round trip for everything a verb leaves behind beside its own rows.
  `create function record_effects(audit jsonb, messages jsonb, timers jsonb, delivery jsonb) returns void language plpgsql as $$
  begin
    if jsonb_array_length(audit) > 0 then
      perform record_audit(audit);
    end if;
    if jsonb_array_length(messages) > 0 then
      insert into outbox (id, idempotency_key, person_code, address, content, created_at, not_before, state)
        select (m->>'id')::uuid, m->>'key', m->>'person', nullif(m->'address', 'null'), m->'content', (m->>'createdAt')::timestamptz,
          (m->>'notBefore')::timestamptz, 'pending'
        from jsonb_array_elements(messages) as m
        on conflict (idempotency_key) do nothing;
    end if;
    if jsonb_array_length(timers) > 0 then
      insert into timer (id, kind, subject, slot, due_at, payload)
        select (t->>'id')::uuid, t->>'kind', t->>'subject', t->>'slot', (t->>'dueAt')::timestamptz, t->'payload'
        from jsonb_array_elements(timers) as t
        on conflict (kind, subject, slot) do update set
          due_at = excluded.due_at, payload = excluded.payload, attempts = 0, lease_until = null;
    end if;
    if delivery is not null then
      insert into inbox (platform, event_id, received_at, reply)
        values (delivery->>'platform', delivery->>'eventId', (delivery->>'receivedAt')::timestamptz, delivery->'reply');
    end if;
  end $$`,
];
