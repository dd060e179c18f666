/** Submitted forms beside what the audit recorded about them. */
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

const PAGE = 500;

export type FormEvidence = {
  readonly procedureId: string;
  readonly version: number;
  readonly content: unknown;
  readonly contentHash: string;
  /** How many submissions of this version the audit tells of. */
  readonly submissions: number;
  /** The content hash that the audit recorded, as JSON text; null when there is none or it was erased. */
  readonly auditedHash: string | null;
  /** Whether the chain has submissions whose version or hash was erased: then nothing can be said to be missing. */
  readonly erased: boolean;
};

// The body is canonical, so its action comes first; parsing a damaged body would end the query.
const SUBMITTED = ['submitted', 'amended'].map((action) => `{"action":"selfCheck.${action}",%`);

/** All form versions with their audit record, in pages. */
export async function* readFormEvidence(
  db: Kysely<Database>,
): AsyncGenerator<readonly FormEvidence[]> {
  let from = { procedureId: '00000000-0000-0000-0000-000000000000', version: 0 };
  for (let more = true; more; ) {
    const { rows } = await sql<FormEvidence>`
      select form.procedure_id as "procedureId", form.version, form.content,
        form.content_hash as "contentHash", recorded.*
      from form_version as form cross join lateral (
        select count(*) filter (where version.value = form.version::text) as submissions,
          max(hash.value) filter (where version.value = form.version::text) as "auditedHash",
          coalesce(bool_or(version.value is null or hash.value is null), false) as erased
        from audit_entry as entry
        join audit_opening as version using (subject, seq)
        join audit_opening as hash using (subject, seq)
        where entry.subject = 'procedure:' || form.procedure_id and entry.body like any(${SUBMITTED}::text[])
          and version.field = 'version' and hash.field = 'contentHash'
      ) as recorded
      where (form.procedure_id, form.version) > (${from.procedureId}::uuid, ${from.version}::integer)
      order by form.procedure_id, form.version limit ${PAGE}`.execute(db);
    yield rows;
    from = rows.at(-1) ?? from;
    more = rows.length === PAGE;
  }
}

/** Submissions that the audit tells of and that have no form, at most `limit`. */
export async function findLostForms(
  db: Kysely<Database>,
  limit: number,
): Promise<readonly { readonly subject: string; readonly version: string }[]> {
  const { rows } = await sql<{ subject: string; version: string }>`
    select version.subject, version.value as version
    from audit_entry as entry join audit_opening as version using (subject, seq)
    where entry.body like any(${SUBMITTED}::text[]) and version.field = 'version' and version.value is not null
      and not exists (
        select from form_version as form
        where 'procedure:' || form.procedure_id = version.subject
          and form.version::text = version.value)
    order by version.subject, version.seq limit ${limit}`.execute(db);
  return rows;
}
