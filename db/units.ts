/** Units by code. */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** The names of the units among `codes` that still exist, by code. */
export async function unitNames(
  db: Kysely<Database>,
  codes: readonly string[],
): Promise<readonly { readonly code: string; readonly name: string }[]> {
  if (codes.length === 0) return [];
  return db
    .selectFrom('unit')
    .select(['code', 'name'])
    .where('code', 'in', [...codes])
    .where('ended_on', 'is', null)
    .orderBy('code')
    .execute();
}
