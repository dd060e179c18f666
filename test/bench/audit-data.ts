/** Chains as the clicks of years leave them, written by the database itself in the product's spelling. */
import { generateKeyPairSync } from 'node:crypto';
import { sql } from 'kysely';
import type { Reader, Writer } from '../../db/client.ts';
import { writeCheckpoint } from '../../services/audit-checkpoint.ts';
import { loadSigner, type Signer } from '../../services/audit-key.ts';

/** A key of this run alone. */
export const newSigner = (): Promise<Signer> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return loadSigner({ pem, keyFile: '' });
};

/** Appends one entry of four fields to each of `chains` chains, then seals all of them. */
export async function appendPass(db: Reader, chains: number, signer: Signer): Promise<void> {
  await db.transaction().execute((trx) => appendEntries(trx, chains));
  await writeCheckpoint(db, signer, new Date());
}

async function appendEntries(trx: Writer, chains: number): Promise<void> {
  await sql`create temporary table opened on commit drop as
    select 'procedure:' || md5(n::text)::uuid as subject, field, md5(field || n || clock_timestamp()) as salt,
      to_json(value)::text as value
    from generate_series(1, ${chains}::integer) as n, (values
      ('actor.code', 'P000001'), ('opinion', '情况属实，同意上报，请领导小组审定。'),
      ('step', 'headOpinion'), ('version', '1')) as given (field, value)`.execute(trx);
  await sql`create temporary table written on commit drop as
    select opened.subject, coalesce(head.seq, 0) + 1 as seq, head.hash as previous,
      '{"action":"selfCheck.agreed","actor":{"kind":"person"},"at":"2026-09-21T01:00:00.000Z","fields":{'
        || string_agg('"' || field || '":"' || encode(sha256(convert_to('{"field":' || to_json(field)
          || ',"salt":' || to_json(salt) || ',"value":' || to_json(value) || '}', 'UTF8')), 'hex') || '"',
          ',' order by field collate "C")
        || '},"subject":"' || opened.subject || '","v":1}' as body
    from opened left join audit_head as head on head.subject = opened.subject
    group by opened.subject, head.seq, head.hash`.execute(trx);
  await sql`insert into audit_entry
    select subject, seq, body, sha256(coalesce(previous, decode(repeat('00', 32), 'hex')) || int8send(seq)
      || sha256(convert_to(body, 'UTF8'))) from written`.execute(trx);
  await sql`insert into audit_opening
    select subject, seq, field, salt, value from opened join written using (subject)`.execute(trx);
  await sql`insert into audit_head
    select subject, seq, hash from audit_entry join written using (subject, seq)
    on conflict (subject) do update set seq = excluded.seq, hash = excluded.hash`.execute(trx);
}
