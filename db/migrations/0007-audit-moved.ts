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
  `create function mark_moved() returns trigger language plpgsql as $$
  begin
    insert into audit_moved (subject) values (new.subject);
    return null;
  end $$`,
  // The table marks, not the function that writes it: a call of that function which waits for the lock below goes on
  // in its old text, and its entry would be sealed only when the chain moves again.
  `create trigger audit_head_moved after insert or update on audit_head
    for each row execute function mark_moved()`,
  // Creating the trigger has locked out every writer, so that no entry falls between it and these marks.
  `insert into audit_moved select subject from audit_head as head
    where not exists (select from audit_checkpoint_head as sealed
      where sealed.subject = head.subject and sealed.seq = head.seq)`,
];
