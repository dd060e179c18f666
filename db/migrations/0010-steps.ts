/**
 * What gathers around a form on its way (additions, receipts, hand-overs, recusals), steps that go on while some of
 * their tasks end, and the deputies of leaders who are away.
 */
import { type Kysely, sql } from 'kysely';

/** The checks that are widened here; what an older process writes passes the wider ones too. */
export const contract = 'unreleased';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table procedure add column collected jsonb not null
    default '{"comments": [], "filed": [], "handed": [], "recused": []}'`,
  `alter table step_event add column detail jsonb not null default '{}'`,
  'alter table step_event drop constraint step_event_action_check',
  `alter table step_event add constraint step_event_action_check check (action in (
    'submitted', 'amended', 'withdrawn', 'commented', 'accepted', 'explained', 'closed', 'expired', 'discussed',
    'agreed', 'checked', 'returned', 'decided', 'filed', 'recused', 'handedOver', 'skipped'))`,
  'alter table meeting_record drop constraint meeting_record_result_check',
  `alter table meeting_record add constraint meeting_record_result_check
    check (result in ('passed', 'returned', 'discussed'))`,
  `create table delegation (
    id uuid primary key,
    principal_code text not null references person (code),
    deputy_code text not null references person (code),
    from_on date not null,
    to_on date not null check (to_on >= from_on),
    named_at timestamptz not null,
    revoked_at timestamptz,
    check (deputy_code <> principal_code)
  )`,
  // A form's dossier names the people of its department.
  'create index post_department on post (department_code)',
  'create index delegation_principal on delegation (principal_code) where revoked_at is null',
  'create index delegation_deputy on delegation (deputy_code) where revoked_at is null',
  `create or replace function record_move(move jsonb) returns void language plpgsql as $$
  declare
    moved uuid := (move->>'id')::uuid;
    at timestamptz := (move->>'at')::timestamptz;
    ended text[];
  begin
    update procedure set
        status = move->>'status',
        step_index = (move->>'stepIndex')::integer,
        version = (move->>'version')::integer,
        revision = (move->>'revision')::integer,
        signed = move->'signed',
        collected = coalesce(move->'collected', collected),
        completed_at = (move->>'completedAt')::timestamptz,
        draft = coalesce(move->'draft', draft)
      where id = moved and revision = (move->>'expected')::integer;
    if not found then
      raise exception using errcode = 'LS001', message = 'the procedure has moved';
    end if;
    if move ? 'submitted' then
      insert into form_version (procedure_id, version, content, content_hash, submitted_by, submitted_at)
        values (moved, (move->>'version')::integer, move->'submitted'->'content', move->'submitted'->>'contentHash',
          move->'submitted'->>'by', at);
    end if;
    if move ? 'meeting' then
      insert into meeting_record (id, procedure_id, held_on, attendees, result, recorded_by, recorded_at)
        values ((move->'meeting'->>'id')::uuid, moved, (move->'meeting'->>'heldOn')::date,
          array(select jsonb_array_elements_text(move->'meeting'->'attendees')), move->'meeting'->>'result',
          move->'meeting'->>'recordedBy', at);
    end if;
    insert into step_event
        (procedure_id, seq, step_id, action, actor_code, capacity, opinion, version, meeting_id, at, detail)
      select moved, last.seq + s.place, s.value->>'stepId', s.value->>'action', s.value->>'actorCode',
        s.value->>'capacity', s.value->>'opinion', (s.value->>'version')::integer, (s.value->>'meetingId')::uuid, at,
        coalesce(s.value->'detail', '{}')
      from jsonb_array_elements(move->'steps') with ordinality as s (value, place),
        (select coalesce(max(seq), 0) as seq from step_event where procedure_id = moved) as last;
    if move ? 'turn' then
      with closed as (
        update task set
            closed_at = at,
            state = case when person_code = move->'turn'->>'by' then 'done' else 'lapsed' end
          where procedure_id = moved and state = 'open'
            and not id::text = any(array(select jsonb_array_elements_text(move->'turn'->'kept')))
          returning id::text
      )
      select coalesce(array_agg(id order by id), '{}') into ended from closed;
      -- A statement of its own: it sees the timer that was armed while the update waited for the task.
      delete from timer where kind = move->'turn'->>'timerKind' and subject = any(ended);
      if ended <> array(select value from jsonb_array_elements_text(move->'turn'->'ended') order by value) then
        raise exception using errcode = 'LS001', message = 'the tasks have moved';
      end if;
      insert into task (id, procedure_id, step_id, person_code, state, opened_at, due_on)
        select (t->>'id')::uuid, moved, t->>'stepId', t->>'personCode', 'open', at, (t->>'dueOn')::date
        from jsonb_array_elements(move->'turn'->'opened') as t;
    end if;
  end $$`,
];
