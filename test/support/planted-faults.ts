/** Faults planted into the database of the checker's house: by which name each must be found. */

/** One audit entry of a signature. */
export const anEntry = `(select subject, seq from audit_entry where body like '{"action":"selfCheck.agreed"%' limit 1)`;
const openForm = `(select id from procedure where status = 'open' limit 1)`;

export const plantedInDatabase: readonly (readonly [
  found: string,
  what: string,
  statement: string,
])[] = [
  [
    'audit',
    'an audit entry that is missing',
    `delete from audit_entry where subject = (select subject from audit_entry
         group by subject having subject like 'procedure:%' and count(*) > 3 limit 1)
         and body like '%"action":"selfCheck%'`,
  ],
  ['click', 'one audit entry too few', `delete from audit_entry where (subject, seq) = ${anEntry}`],
  [
    'audit',
    'an audit entry written twice',
    `insert into audit_entry select subject, 999, body, hash from audit_entry
         where (subject, seq) = ${anEntry}`,
  ],
  [
    'steps',
    'a step event written twice',
    `insert into step_event select procedure_id, 99, step_id, action, actor_code, capacity, opinion,
         version, null, at from step_event where action = 'agreed' limit 1`,
  ],
  [
    'steps',
    'a step event that is missing',
    `delete from step_event where action = 'returned' or seq = 2`,
  ],
  [
    'versions',
    'a version nobody submitted',
    `insert into form_version select ${openForm}, 1, content, content_hash, submitted_by, submitted_at
         from form_version limit 1`,
  ],
  [
    'meetings',
    'a meeting that decided nothing',
    `insert into meeting_record select gen_random_uuid(), procedure_id, held_on, attendees, result,
         recorded_by, recorded_at from meeting_record limit 1`,
  ],
  [
    'register',
    'a registered point that is missing',
    `delete from risk_point where id = (select id from risk_point limit 1)`,
  ],
  ['register', 'a number that was given to nobody', 'update register_counter set last = last + 1'],
  [
    'stray',
    'a message whose order was forgotten',
    `update outbox set id = gen_random_uuid() where content->>'kind' = 'announce'`,
  ],
  [
    'dead',
    'a message that was given up',
    `update outbox set state = 'dead', failure = 'x' where state = 'sent'`,
  ],
  [
    'lost',
    'a message that counts as sent and is not there',
    `insert into outbox select gen_random_uuid(), 'planted', person_code, null, content, created_at,
         not_before, 'sent', 1, null, null, now(), null
       from outbox where content->>'kind' = 'announce' limit 1`,
  ],
  [
    'words',
    'typed words without an answer',
    `delete from outbox where idempotency_key like 'answer-lark-msg-%'`,
  ],
  [
    'card',
    'a live card that was forgotten',
    `delete from live_card where (person_code, subject) in
         (select person_code, 'procedure:' || procedure_id from task where state = 'open' limit 1)`,
  ],
  [
    'card',
    'a form that went on without its cards',
    'update procedure set revision = revision + 1, draft = draft',
  ],
  [
    'reminder',
    'a reminder noted twice',
    `insert into reminder select gen_random_uuid(), person_code, task_id, lane, kind, created_at,
         delivered_at from reminder limit 1`,
  ],
  ['reminder', 'a reminder that was never noted', 'delete from reminder'],
  ['untold', 'a reminder that nobody will tell', 'update reminder set delivered_at = null'],
  [
    'told',
    'a reminder told in two messages',
    `insert into outbox select gen_random_uuid(), 'planted', person_code, null, content, created_at,
         not_before, 'dropped', 1, null, null, now(), null
       from outbox where content->>'kind' = 'digest' limit 1`,
  ],
  [
    'told',
    'a telling that is not on record',
    `delete from audit_entry where subject like 'digest:%'`,
  ],
  ['ladder', 'a task whose next reminder was forgotten', `delete from timer where kind = 'task'`],
  [
    'ladder',
    'a timer of a task that is done',
    `insert into timer select gen_random_uuid(), 'task', id::text, 'ladder', now() + interval '9 years',
         '{}', 0, null from task where state = 'done' limit 1`,
  ],
  [
    'timer',
    'a timer that does not fire',
    `update timer set due_at = '2026-01-01' where kind = 'renewCard'`,
  ],
  [
    'outbox',
    'a message that still waits',
    `update outbox set state = 'pending', finished_at = null where state = 'sent'`,
  ],
  [
    'task',
    'a form that lies with nobody',
    `update task set state = 'lapsed', closed_at = now() where state = 'open'`,
  ],
  [
    'task',
    'a task of a step that is over',
    `update task set state = 'open', closed_at = null where id = (select id from task where state = 'done' limit 1)`,
  ],
  ['watch', 'a card that will die', `delete from timer where kind = 'renewCard'`],
  ['watch', 'an organisation nobody looks at', `delete from timer where kind = 'reassign'`],
];
