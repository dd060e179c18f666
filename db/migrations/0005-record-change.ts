/**
 * A verb's whole change in one statement: the answered delivery, moved procedures with their rows, and everything
 * `record_effects` writes. Whoever decided on a state that is no longer there gets SQLSTATE LS001 and decides anew.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'create index live_card_subject on live_card (subject)',
  `create index assignment_scope on assignment (scope_code) where kind = 'role'`,
  // The delivery is claimed first: a repeat then learns at once that it has been answered.
  `create function record_change(
    moves jsonb, shown jsonb, audit jsonb, messages jsonb, timers jsonb, delivery jsonb
  ) returns void language plpgsql as $$
  declare
    move jsonb;
    card jsonb;
  begin
    if delivery is not null then
      insert into inbox (platform, event_id, received_at, reply)
        values (delivery->>'platform', delivery->>'eventId', (delivery->>'receivedAt')::timestamptz, delivery->'reply');
    end if;
    for move in select value from jsonb_array_elements(moves) loop
      perform record_move(move);
    end loop;
    -- One by one: joined with a list of unknown length, the whole table would be read for a single card.
    for card in select value from jsonb_array_elements(shown) loop
      update live_card set content_hash = coalesce(card->>'contentHash', '')
        where platform = card->>'platform' and message_ref = card->>'messageRef';
    end loop;
    perform record_effects(audit, messages, timers, null);
  end $$`,
  `create function record_move(move jsonb) returns void language plpgsql as $$
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
        (procedure_id, seq, step_id, action, actor_code, capacity, opinion, version, meeting_id, at)
      select moved, last.seq + s.place, s.value->>'stepId', s.value->>'action', s.value->>'actorCode',
        s.value->>'capacity', s.value->>'opinion', (s.value->>'version')::integer, (s.value->>'meetingId')::uuid, at
      from jsonb_array_elements(move->'steps') with ordinality as s (value, place),
        (select coalesce(max(seq), 0) as seq from step_event where procedure_id = moved) as last;
    if move ? 'turn' then
      with closed as (
        update task set
            closed_at = at,
            state = case when person_code = move->'turn'->>'by' then 'done' else 'lapsed' end
          where procedure_id = moved and state = 'open'
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
