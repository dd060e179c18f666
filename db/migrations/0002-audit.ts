/**
 * The audit chain: one chain per subject, a signed checkpoint chain over the heads, and openings that can be
 * erased without breaking either. `record_audit` is the only writer; it locks one subject's head, nothing shared.
 * Subjects are collated "C": the verifier walks the chains in byte order, and so do the sealed heads of a checkpoint.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table audit_head (
    subject text collate "C" primary key,
    seq bigint not null check (seq > 0),
    hash bytea not null check (length(hash) = 32)
  )`,
  `create table audit_entry (
    subject text collate "C" not null,
    seq bigint not null check (seq > 0),
    body text not null,
    hash bytea not null check (length(hash) = 32),
    primary key (subject, seq)
  )`,
  // No foreign key to the entry: it would be checked for every field of every click (a quarter and more of the
  // throughput), while one function writes both and the verifier finds an opening without its entry.
  `create table audit_opening (
    subject text collate "C" not null,
    seq bigint not null,
    field text not null,
    salt text,
    value text,
    erased_at timestamptz,
    primary key (subject, seq, field),
    check ((erased_at is null) = (salt is not null)),
    check ((salt is null) = (value is null))
  )`,
  `create table audit_key (
    key_id text primary key,
    public_key text not null,
    created_at timestamptz not null
  )`,
  `create table audit_checkpoint (
    seq bigint primary key check (seq > 0),
    body text not null,
    hash bytea not null check (length(hash) = 32),
    key_id text not null references audit_key (key_id),
    signature bytea not null
  )`,
  `create table audit_checkpoint_head (
    checkpoint_seq bigint not null references audit_checkpoint (seq) deferrable initially deferred,
    subject text collate "C" not null,
    seq bigint not null,
    hash bytea not null,
    primary key (checkpoint_seq, subject)
  )`,
  'create index audit_checkpoint_head_subject on audit_checkpoint_head (subject, seq)',
  // Entries are taken in the order of their subjects, so that two transactions never wait for each other's heads.
  // Chain rule: hash(n) = sha256(hash(n-1) || int8(n) || sha256(body(n))), hash(0) = 32 zero bytes.
  `create function record_audit(entries jsonb) returns void language plpgsql as $$
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
    end loop;
  end $$`,
];
