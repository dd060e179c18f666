/**
 * Which chains have moved since the last checkpoint. A mark is appended with every entry, in its transaction, and taken
 * away by the checkpoint that seals it: sealing costs what has moved, not what there is. The table has no key, so that
 * two clicks never wait for each other here.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'create table audit_moved (subject text collate "C" not null)',
  // No entry between the marks for what is there and the function that marks what comes.
  'lock table audit_head in share row exclusive mode',
  `insert into audit_moved select subject from audit_head as head
    where not exists (select from audit_checkpoint_head as sealed
      where sealed.subject = head.subject and sealed.seq = head.seq)`,
  `create or replace function record_audit(entries jsonb) returns void language plpgsql as $$
  declare
    entry jsonb;
    next_seq bigint;
    chained bytea;
  begin
    for entry in
      select e.value from jsonb_array_elements(entries) with ordinality as e (value, ordinal)
      order by e.value->>'subject' collate "C", e.ordinal
    loop
      insert into audit_head as head (subject, seq, hash)
        values (entry->>'subject', 1, sha256(decode(repeat('00', 32), 'hex') || int8send(1)
          || sha256(convert_to(entry->>'body', 'UTF8'))))
        on conflict (subject) do update set
          seq = head.seq + 1,
          hash = sha256(head.hash || int8send(head.seq + 1) || sha256(convert_to(entry->>'body', 'UTF8')))
        returning head.seq, head.hash into next_seq, chained;
      insert into audit_entry (subject, seq, body, hash)
        values (entry->>'subject', next_seq, entry->>'body', chained);
      insert into audit_opening (subject, seq, field, salt, value)
        select entry->>'subject', next_seq, o.value->>'field', o.value->>'salt', o.value->>'value'
        from jsonb_array_elements(entry->'openings') as o;
      insert into audit_moved (subject) values (entry->>'subject');
    end loop;
  end $$`,
];
