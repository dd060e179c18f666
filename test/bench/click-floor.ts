/** The floor's side of the database: one SQL function that makes the writes of a click, and what the floor is told. */
import { queryOnce } from './server.ts';

/** Creates `bench_click` in the database at `url`. */
export async function createFloorFunction(url: string): Promise<void> {
  await queryOnce(url, FUNCTION);
}

const FUNCTION = `
create function bench_click(event_id text, at timestamptz, reply jsonb, form uuid, shown integer, by_code text,
  opinion text, next_code text, task_id uuid, timer_id uuid, due_on date, remind_at timestamptz, clicked text,
  entry text, openings jsonb, messages jsonb) returns void language plpgsql as $$
declare
  next_seq bigint;
  chained bytea;
begin
  insert into inbox values ('lark', event_id, at, reply);
  update procedure set step_index = step_index + 1, revision = revision + 1,
    signed = signed || jsonb_build_object('stepId', 'headOpinion', 'person', by_code)
    where id = form and revision = shown and status = 'open';
  if not found then raise exception 'stale'; end if;
  insert into step_event (procedure_id, seq, step_id, action, actor_code, capacity, opinion, version, at)
    values (form, (select max(seq) + 1 from step_event where procedure_id = form), 'headOpinion', 'agreed', by_code,
      'department_head', opinion, 1, at);
  with closed as (
    update task set state = case when person_code = by_code then 'done' else 'lapsed' end, closed_at = at
    where procedure_id = form and state = 'open' returning id
  ) delete from timer using closed where kind = 'task' and timer.subject = closed.id::text;
  insert into task values (task_id, form, 'leaderOpinion', next_code, 'open', at, due_on, null);
  insert into timer (id, kind, subject, slot, due_at, payload)
    values (timer_id, 'task', task_id::text, 'ladder', remind_at, '{}');
  update live_card set content_hash = '' where platform = 'lark' and message_ref = clicked;
  update audit_head set seq = seq + 1,
    hash = sha256(hash || int8send(seq + 1) || sha256(convert_to(entry, 'UTF8')))
    where subject = 'procedure:' || form returning seq, hash into next_seq, chained;
  insert into audit_entry values ('procedure:' || form, next_seq, entry, chained);
  insert into audit_opening (subject, seq, field, salt, value)
    select 'procedure:' || form, next_seq, o->>'field', o->>'salt', o->>'value' from jsonb_array_elements(openings) o;
  insert into outbox (id, idempotency_key, person_code, content, created_at, not_before, state)
    select (m->>'id')::uuid, concat_ws('-', m->>'key', form, shown + 1, m->>'to'), m->>'to',
      jsonb_build_object('kind', m->>'key', 'subject', 'procedure:' || form), at,
      at + (m->>'delay')::integer * interval '1 second', 'pending'
    from jsonb_array_elements(messages) m;
end $$`;

/** The stored reply of some click in the database at `url`, as JSON text. */
export async function storedReply(url: string): Promise<string> {
  const [row] = await queryOnce<{ reply: string }>(
    url,
    'select reply::text as reply from inbox limit 1',
  );
  if (row === undefined) throw new Error('no click was stored');
  return row.reply;
}

/**
 * Proves that each of `clicks` clicks left exactly one step event, audit entry and inbox row, one open task and three
 * messages, and nothing more. @throws with what is wrong
 */
export async function checkWrites(url: string, clicks: number): Promise<void> {
  const [found] = await queryOnce<Record<string, number>>(url, COUNTS);
  const wanted = {
    inbox: clicks,
    events: clicks,
    forms: clicks,
    entries: clicks,
    chains: clicks,
    tasks: clicks,
    messages: 3 * clicks,
  };
  for (const [what, count] of Object.entries(wanted)) {
    if (found?.[what] !== count) {
      throw new Error(`${clicks} clicks left ${found?.[what]} ${what}, expected ${count}`);
    }
  }
}

const COUNTS = `select
  (select count(*) from inbox)::int as inbox,
  (select count(*) from step_event where action = 'agreed')::int as events,
  (select count(distinct procedure_id) from step_event where action = 'agreed')::int as forms,
  (select count(*) from audit_entry where body like '{"action":"selfCheck.agreed"%')::int as entries,
  (select count(distinct subject) from audit_entry where body like '{"action":"selfCheck.agreed"%')::int as chains,
  (select count(*) from task where step_id = 'leaderOpinion' and state = 'open')::int as tasks,
  (select count(*) from outbox where state = 'pending')::int as messages`;
